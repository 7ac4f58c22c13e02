package dev.quiver.runtime.simulation;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.scheduler.SchedulerSettings;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.StageSink;
import dev.quiver.task.TaskOutcome;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Nothing is tried for ever: neither a task that fails by its own fault nor a stage that cannot read its input. */
final class Retries {
    private final World world;
    private final SchedulerSettings settings;

    /** Failures of a task of a stage since it last succeeded, in whatever attempt. */
    private final Map<String, Integer> failures = new LinkedHashMap<>();

    private final Map<StageId, Integer> unread = new LinkedHashMap<>();
    private final Set<StageAttempt> over = new LinkedHashSet<>();
    private final DoneTasks done;

    /** Stages with a task that could read nothing of an executor, by the event under way. */
    private final Set<StageId> unreachable = new LinkedHashSet<>();

    /** Executors that were told to leave, when ever: that their outputs are gone counts against nobody. */
    private final Set<ExecutorId> left = new LinkedHashSet<>();

    Retries(World world) {
        this.world = world;
        this.settings = world.scenario.knobs.scheduler();
        this.done = new DoneTasks(world);
    }

    private static String name(TaskAttempt task) {
        return task.stage().stage() + "/" + task.partition();
    }

    /** An event is about to be handled. */
    void begin() {
        done.begin();
        unreachable.clear();
    }

    void leaves(ExecutorId executor) {
        left.add(executor);
    }

    /**
     * A try ended that ran.
     *
     * @param first whether nothing that its report says before may have ended its attempt
     */
    void ended(TaskAttempt task, TaskOutcome outcome, boolean first) {
        if (outcome instanceof TaskOutcome.FetchFailed fetch && fetch.mapPartition() < 0) {
            unreachable.add(task.stage().stage());
        }
        if (outcome instanceof TaskOutcome.Success) {
            failures.remove(name(task));
            done.succeeded(task);
        } else if (over.contains(task.stage()) || done.isDone(task)) {
            return;
        } else {
            failed(task, (TaskOutcome.Failure) outcome, first);
        }
    }

    private void failed(TaskAttempt task, TaskOutcome.Failure failure, boolean first) {
        if (world.invariants.together.isTogether(task.stage())) {
            // All start over, and what the others say in the same report counts no more.
            over.add(task.stage());
        }
        if (failure instanceof TaskOutcome.FetchFailed fetch) {
            boolean expected = fetch.holder() != null && left.contains(fetch.holder());
            unread.merge(task.stage().stage(), expected || !first ? 0 : 1, Integer::sum);
            over.add(task.stage());
            if (first) {
                world.invariants.unreadable.heard(fetch);
            }
        } else if (failure.counts()) {
            failures.merge(name(task), 1, Integer::sum);
        }
    }

    void launched(TaskAttempt task) {
        int failed = failures.getOrDefault(name(task), 0);
        if (failed >= settings.taskMaxFailures()) {
            world.violated(task + " is launched after " + failed + " failures");
        }
    }

    /** Of two executors that cannot reach one another one is cut off: what made attempts fail that could not read is mended. */
    void cutOff() {
        unread.keySet().removeAll(unreachable);
    }

    void changed(ShuffleId shuffle) {
        done.changed(shuffle);
    }

    void started(StageAttempt stage) {
        done.started(stage);
        unread.keySet().removeIf(this::isComplete);
        int times = unread.getOrDefault(stage.stage(), 0);
        if (times >= settings.stageMaxAttempts()) {
            world.violated(stage + " starts after " + times + " attempts that could not read");
        }
    }

    /** Late tasks of attempts that are over may have made the last outputs of a stage: that is a success too. */
    private boolean isComplete(StageId stage) {
        StagePlan plan = world.invariants.ledger.plan(stage);
        return plan != null
                && plan.sink() instanceof StageSink.WriteShuffle sink
                && world.driver.knows(sink.shuffle())
                && world.driver.code.tracker().missing(sink.shuffle()).isEmpty();
    }

    void ended(StageAttempt stage, boolean succeeded) {
        over.add(stage);
        if (succeeded) {
            unread.remove(stage.stage());
        }
    }
}
