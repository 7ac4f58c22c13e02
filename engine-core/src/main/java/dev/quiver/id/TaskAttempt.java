package dev.quiver.id;

import java.io.Serializable;

/**
 * One try of the work for one partition.
 *
 * @param stage     the stage attempt it belongs to
 * @param partition the partition it computes
 * @param attempt   counts the tries of this partition within the stage attempt, from 0
 */
public record TaskAttempt(StageAttempt stage, int partition, int attempt) implements Serializable {
    @Override
    public String toString() {
        return stage + "/" + partition + "." + attempt;
    }
}
