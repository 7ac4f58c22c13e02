package dev.quiver.runtime.simulation;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.runtime.driver.DriverEvent;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.shuffle.tracker.ShuffleLocations;
import dev.quiver.task.TaskOutcome;

/**
 * An output that could not be read is there no more; one of the same task that another executor holds stays. Whoever read for a
 * task that is done already does not count: nothing is taken back for it, and whoever needs the output finds out for himself.
 */
final class Unreadable {
    private final World world;

    /** What a task could not read with the event under way, or null. */
    private TaskOutcome.FetchFailed failure;

    /** Whether nothing else is told with it. */
    private boolean alone;

    /** Who had that output, if it was another; else null. */
    private ExecutorId other;

    Unreadable(World world) {
        this.world = world;
    }

    /** An event is about to be handled. */
    void begin(DriverEvent event) {
        failure = null;
        other = null;
        alone = event instanceof DriverEvent.ExecutorTold told
                && told.message() instanceof ToDriver.Report report
                && report.ends().size() == 1
                && report.ends().get(0).ends().size() == 1;
    }

    /** A task of a running attempt that is not done could not read, which is about to be handled. */
    void heard(TaskOutcome.FetchFailed fetch) {
        if (!alone || fetch.holder() == null || !world.driver.knows(fetch.shuffle())) {
            return;
        }
        failure = fetch;
        ExecutorId holder = holder(fetch.shuffle(), fetch.mapPartition());
        boolean stays = holder != null && !holder.equals(fetch.holder());
        other = stays && !world.invariants.together.writes(fetch.shuffle()) ? holder : null;
    }

    private ExecutorId holder(ShuffleId shuffle, int map) {
        ShuffleLocations locations = world.driver.code.tracker().snapshot(shuffle);
        return map < 0 || map >= locations.mapCount() ? null : locations.holder(map);
    }

    /** The driver has handled an event. */
    void after() {
        if (failure == null) {
            return;
        }
        boolean held = failure.mapPartition() < 0
                ? world.driver.code.tracker().holdsAny(failure.shuffle(), failure.holder())
                : world.driver.code.tracker().isHolder(failure.shuffle(), failure.mapPartition(), failure.holder());
        if (held) {
            world.violated("output " + failure.mapPartition() + " of shuffle " + failure.shuffle() + " on "
                    + failure.holder() + " could not be read, and is said to be there");
        }
        if (other != null && !other.equals(holder(failure.shuffle(), failure.mapPartition()))) {
            world.violated("output " + failure.mapPartition() + " of shuffle " + failure.shuffle() + " on " + other
                    + " is dropped, since it could not be read on " + failure.holder());
        }
    }
}
