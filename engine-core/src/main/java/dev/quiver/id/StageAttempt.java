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
    public String toString() {
        return stage + "." + epoch;
    }
}
