package dev.quiver.scheduler.stage;

import dev.quiver.scheduler.task.TaskSet;
import java.util.Set;

/**
 * What a stage is doing. Each state holds only what exists then.
 * <pre>
 *            +--------------------- outputs lost, and needed ---------------------+
 *            v                                                                    |
 *   Idle --parents missing--> Waiting --parents complete--> Running --all done--> Succeeded
 *    ^ |                         |                          ^   |
 *    | +-------------------------|---nothing missing--------+   | an input could not be read, or is lost
 *    |                           v                              v
 *    +-----resubmit delay----- RolledBack &lt;---------------------+
 * </pre>
 * A stage nobody needs any more is {@code Retired}, from every state.
 */
public sealed interface StageState {
    /** Not asked for: it has not begun, its outputs were there when last looked at, or it is about to be submitted. */
    record Idle() implements StageState {}

    /** Waits for parents whose outputs are missing. The set shrinks. */
    record Waiting(Set<MapStage> parents) implements StageState {}

    /** Its tasks run. */
    record Running(TaskSet tasks) implements StageState {}

    /** Submitted again when the resubmit delay has passed. */
    record RolledBack(String reason) implements StageState {}

    /** All its partitions are done. */
    record Succeeded() implements StageState {}

    /** No job needs it. */
    record Retired() implements StageState {}

    /** Whether this state may be followed by that one. */
    default boolean allows(StageState next) {
        if (next instanceof Retired) {
            return true;
        }
        if (this instanceof Idle || this instanceof Succeeded) {
            return !(next instanceof Idle);
        }
        if (this instanceof Waiting) {
            return next instanceof Idle || next instanceof RolledBack;
        }
        if (this instanceof Running) {
            return next instanceof Succeeded || next instanceof RolledBack;
        }
        return this instanceof RolledBack && next instanceof Idle;
    }
}
