package dev.quiver.runtime.simulation;

import dev.quiver.StageWait;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.TogetherFunction;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.scheduler.SchedulerStatus;
import dev.quiver.shuffle.tracker.ShuffleLocations;
import dev.quiver.stage.StageInput;
import dev.quiver.stage.StageNode;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.StageSink;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is true of barrier stages: the tasks of an attempt begin with one event, all of them; who reads what they wrote reads
 * one attempt; and nothing else begins while one waits for slots that there are. Where they meet is in {@link Meetups}.
 */
final class Together {
    private final World world;
    private final Ledger ledger;

    /** Tasks that were launched by the event under way, by attempt. */
    private final Map<StageAttempt, Integer> launched = new LinkedHashMap<>();

    /** Attempts all of whose tasks were launched, and how many these are. */
    private final Map<StageAttempt, Integer> whole = new LinkedHashMap<>();

    private final Map<StageAttempt, Integer> taskCounts = new LinkedHashMap<>();
    private final Set<ShuffleId> written = new LinkedHashSet<>();

    /** Whether the event under way has begun tasks of other stages. */
    private boolean others;

    Together(World world, Ledger ledger) {
        this.world = world;
        this.ledger = ledger;
    }

    static boolean isTogether(StagePlan plan) {
        for (StageNode node : plan.nodes()) {
            if (node.op() instanceof Op.MapPartitions map && map.function() instanceof TogetherFunction) {
                return true;
            }
        }
        return false;
    }

    /** Attempts that began. */
    int attempts() {
        return whole.size();
    }

    /** How many tasks an attempt has that began; 0 for one of another kind. */
    int taskCount(StageAttempt attempt) {
        return whole.getOrDefault(attempt, taskCounts.getOrDefault(attempt, 0));
    }

    boolean isTogether(StageAttempt attempt) {
        return taskCounts.containsKey(attempt);
    }

    /** Whether tasks that run together have written a shuffle: its outputs come and go together. */
    boolean writes(ShuffleId shuffle) {
        return written.contains(shuffle);
    }

    void begin() {
        others = false;
    }

    /** Tasks are launched, which are not counted in the ledger yet. */
    void launched(ToExecutor.LaunchTasks launch) {
        StagePlan plan = ledger.plan(launch.program());
        requireOneAttempt(launch, plan);
        if (!isTogether(plan)) {
            others = true;
            return;
        }
        if (whole.containsKey(launch.stage())) {
            world.violated("tasks of " + launch.stage() + " begin after the others, and all are to begin together");
        }
        taskCounts.put(launch.stage(), launch.layout().taskCount());
        int tasks = launch.tasks().stream().mapToInt(range -> range.size()).sum();
        launched.merge(launch.stage(), tasks, Integer::sum);
        if (plan.sink() instanceof StageSink.WriteShuffle sink) {
            written.add(sink.shuffle());
        }
    }

    private void requireOneAttempt(ToExecutor.LaunchTasks launch, StagePlan plan) {
        for (StageNode node : written.isEmpty() ? List.<StageNode>of() : plan.nodes()) {
            for (StageInput input : node.inputs()) {
                if (input instanceof StageInput.Shuffle shuffle && written.contains(shuffle.shuffle())) {
                    ShuffleLocations locations = world.driver.code.tracker().snapshot(shuffle.shuffle());
                    Set<Integer> epochs = new LinkedHashSet<>();
                    for (int map = 0; map < locations.mapCount(); map++) {
                        if (locations.holder(map) != null) {
                            epochs.add(locations.version(map).epoch());
                        }
                    }
                    if (epochs.size() > 1) {
                        world.violated("tasks of " + launch.stage() + " read shuffle " + shuffle.shuffle()
                                + " of several attempts of tasks that run together: " + epochs);
                    }
                }
            }
        }
    }

    /** The driver has handled an event. */
    void after() {
        launched.forEach((attempt, tasks) -> {
            if (!tasks.equals(taskCounts.get(attempt))) {
                world.violated(tasks + " of " + taskCounts.get(attempt) + " tasks of " + attempt
                        + " begin, and all are to begin together");
            }
            whole.put(attempt, tasks);
        });
        launched.clear();
    }

    /** @param outOfMemory whether tasks may have executors to themselves, which begin whatever waits */
    void check(List<StageWait> waits, SchedulerStatus status, boolean outOfMemory) {
        if (outOfMemory || !gathers(waits, status)) {
            return;
        }
        if (others) {
            world.violated("tasks of other stages begin while one waits for slots at once: " + waits);
        }
        boolean publishes = waits.stream().anyMatch(wait -> wait.reason() == StageWait.Reason.PUBLISHING);
        if (status.running() == 0 && !publishes) {
            world.violated("nothing runs, and a stage waits for slots at once, of which there are enough: " + waits);
        }
    }

    /** Whether a stage waits for slots at once, of which there are enough, though busy: all others wait behind it. */
    boolean gathers(List<StageWait> waits, SchedulerStatus status) {
        return waits.stream()
                .anyMatch(wait -> wait.reason() == StageWait.Reason.TOGETHER
                        && wait.detail().contains("slots at once")
                        && wait.tasks() <= status.slots());
    }
}
