package dev.quiver.id;

import java.io.Serializable;

/**
 * One try of the work for one partition.
 *
 * @param stage     the stage attempt it belongs to
 * @param partition the partition it computes; of a slice, its number in the {@link dev.quiver.stage.TaskLayout}
 * @param attempt   counts the tries of this partition within the stage attempt, from 0
 */
public record TaskAttempt(StageAttempt stage, int partition, int attempt) implements Serializable {
    @Override
    public boolean equals(Object other) {
        return other instanceof TaskAttempt task
                && task.partition == partition
                && task.attempt == attempt
                && task.stage.equals(stage);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * stage.hashCode() + partition) + attempt;
    }

    @Override
    public String toString() {
        return stage + "/" + partition + "." + attempt;
    }
}
