package dev.quiver.runtime.simulation;

import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.TaskAttempt;
import dev.quiver.stage.StageInput;
import dev.quiver.stage.StageNode;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.StageSink;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tasks that are done, by whichever attempt of their stage: the failure of another try of one says nothing. A map task is done
 * as long as its output is there, a task of a result stage until rows that it may have read are replaced by others.
 */
final class DoneTasks {
    private final World world;

    /** Which attempt of its stage has done a task, by stage and number. */
    private final Map<String, StageAttempt> results = new LinkedHashMap<>();

    /** Map tasks that are done with the event under way, by stage and number. */
    private final Map<String, StageAttempt> outputs = new LinkedHashMap<>();

    /** How many changes of rows there were when a stage attempt began. */
    private final Map<StageAttempt, Integer> beginnings = new LinkedHashMap<>();

    /** Which change of rows was the last of a shuffle. */
    private final Map<ShuffleId, Integer> lastChange = new LinkedHashMap<>();

    private int changes;

    DoneTasks(World world) {
        this.world = world;
    }

    private static String name(TaskAttempt task) {
        return task.stage().stage() + "/" + task.partition();
    }

    /** An event is about to be handled. */
    void begin() {
        outputs.clear();
    }

    void started(StageAttempt attempt) {
        beginnings.put(attempt, changes);
    }

    /** A map output came out with other rows than before. */
    void changed(ShuffleId shuffle) {
        lastChange.put(shuffle, ++changes);
    }

    /** A try succeeded that ran. What is of other rows, or of another attempt of tasks that run together, does not count. */
    void succeeded(TaskAttempt task) {
        StageAttempt attempt = task.stage();
        boolean apart = world.invariants.together.isTogether(attempt) && world.invariants.ledger.isOver(attempt);
        if (!apart && !isOutdated(attempt)) {
            (shuffle(attempt) == null ? results : outputs).put(name(task), attempt);
        }
    }

    boolean isDone(TaskAttempt task) {
        ShuffleId shuffle = shuffle(task.stage());
        if (shuffle == null) {
            StageAttempt attempt = results.get(name(task));
            return attempt != null && !isOutdated(attempt);
        }
        return outputs.containsKey(name(task))
                || world.driver.knows(shuffle)
                        && !world.driver.code.tracker().missing(shuffle).get(task.partition());
    }

    private StagePlan plan(StageAttempt attempt) {
        return world.invariants.ledger.plan(attempt.stage());
    }

    /** What a stage writes, or null. */
    private ShuffleId shuffle(StageAttempt attempt) {
        return plan(attempt).sink() instanceof StageSink.WriteShuffle sink ? sink.shuffle() : null;
    }

    private boolean isOutdated(StageAttempt attempt) {
        for (StageNode node : plan(attempt).nodes()) {
            for (StageInput input : node.inputs()) {
                if (input instanceof StageInput.Shuffle from
                        && lastChange.getOrDefault(from.shuffle(), 0) > beginnings.get(attempt)) {
                    return true;
                }
            }
        }
        return false;
    }
}
