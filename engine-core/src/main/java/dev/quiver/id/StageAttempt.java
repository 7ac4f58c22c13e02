package dev.quiver.id;

import java.io.Serializable;

/**
 * One run of a stage.
 *
 * @param stage the stage
 * @param epoch counts the runs of this stage, from 0; news of an older epoch is stale
 */
public record StageAttempt(StageId stage, int epoch) implements Serializable {
    @Override
    public boolean equals(Object other) {
        return other instanceof StageAttempt attempt
                && attempt.epoch == epoch
                && attempt.stage.value() == stage.value();
    }

    @Override
    public int hashCode() {
        return 31 * stage.value() + epoch;
    }

    @Override
    public String toString() {
        return stage + "." + epoch;
    }
}
