package dev.quiver.runtime.simulation;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.TaskAttempt;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.task.BarrierAnswer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the tasks of barrier stages are told when they meet: that all have come when all have, with what each brought along;
 * and nobody waits for a task that ended, or in an attempt that is over.
 */
final class Meetups {
    private final World world;
    private final Ledger ledger;
    private final Together together;
    private final long timeoutNanos;

    /** Tasks that have come, by attempt and round. */
    private final Map<String, Set<Integer>> arrived = new LinkedHashMap<>();

    /** When the first came. */
    private final Map<String, Long> began = new LinkedHashMap<>();

    /** The latest round in which a try has asked. */
    private final Map<TaskAttempt, Integer> latest = new LinkedHashMap<>();

    /** Tries whose latest question is open. */
    private final Map<TaskAttempt, ExecutorId> open = new LinkedHashMap<>();

    /** Attempts of which a task has ended. */
    private final Set<StageAttempt> ended = new LinkedHashSet<>();

    private int count;

    Meetups(World world, Ledger ledger, Together together) {
        this.world = world;
        this.ledger = ledger;
        this.together = together;
        this.timeoutNanos =
                world.scenario.knobs.scheduler().policies().barrier().timeout().toNanos();
    }

    /** What a task brings along. */
    static String message(int task, int round) {
        return task + ":" + round;
    }

    /** Rounds in which all have met. */
    int count() {
        return count;
    }

    private static String place(StageAttempt stage, int round) {
        return stage + "/" + round;
    }

    /** The driver is about to hear a question. */
    void asked(SchedulerEvent.BarrierReached event) {
        TaskAttempt task = event.task();
        boolean runs = ledger.isHeld(event.executor(), task);
        if (event.round() < 0 || !runs || event.round() < latest.getOrDefault(task, 0)) {
            return;
        }
        latest.put(task, event.round());
        open.put(task, event.executor());
        String place = place(task.stage(), event.round());
        arrived.computeIfAbsent(place, key -> new LinkedHashSet<>()).add(task.partition());
        began.putIfAbsent(place, world.agenda.nanoTime());
    }

    /** It answers. */
    void answered(TaskAttempt task, int round, BarrierAnswer answer) {
        world.note("meets", task, round, answer.problem());
        if (latest.getOrDefault(task, -1) == round) {
            open.remove(task);
        }
        String place = place(task.stage(), round);
        int tasks = together.taskCount(task.stage());
        Set<Integer> come = arrived.getOrDefault(place, Set.of());
        if (answer.problem().isEmpty()) {
            requireAll(task, round, answer, tasks, come);
        } else if (answer.problem().contains("same calls in the same order")) {
            world.violated(task + " is told that others made another call: " + answer.problem());
        } else if (answer.problem().contains("did not call")) {
            long waited = world.agenda.nanoTime() - began.getOrDefault(place, world.agenda.nanoTime());
            if (waited < timeoutNanos) {
                world.violated(task + " is told after " + Duration.ofNanos(waited) + ": " + answer.problem());
            }
        }
    }

    private void requireAll(TaskAttempt task, int round, BarrierAnswer answer, int tasks, Set<Integer> come) {
        List<String> hosts = answer.hosts();
        if (hosts.size() != tasks || hosts.contains("") && round >= 0) {
            world.violated(task + " is told that the " + tasks + " tasks run on " + hosts);
        }
        if (round < 0) {
            // Some may have ended by now.
            return;
        }
        count++;
        if (come.size() != tasks) {
            world.violated(task + " is told that all " + tasks + " have come, and these have: " + come);
        }
        for (int other = 0; other < tasks; other++) {
            if (!answer.messages().get(other).equals(message(other, round))) {
                world.violated(task + " is told of other messages than were sent: " + answer.messages());
            }
        }
    }

    /** A try ended that ran. */
    void ended(TaskAttempt task) {
        open.remove(task);
        if (together.isTogether(task.stage())) {
            ended.add(task.stage());
        }
    }

    void lost(ExecutorId executor) {
        open.values().removeIf(executor::equals);
    }

    /** The driver has handled an event. */
    void after() {
        for (TaskAttempt waiting : open.keySet()) {
            if (ended.contains(waiting.stage()) || ledger.isOver(waiting.stage())) {
                world.violated(waiting + " waits for others, and its attempt is over or one of them has ended");
            }
        }
    }
}
