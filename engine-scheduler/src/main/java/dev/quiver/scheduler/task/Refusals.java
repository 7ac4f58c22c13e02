package dev.quiver.scheduler.task;

import dev.quiver.scheduler.exclude.SetExclusions;
import dev.quiver.scheduler.executor.Executor;
import java.util.function.IntPredicate;

/** Which tasks of a set an executor does not get: after failures it must not, or should rather not, run them. */
final class Refusals {
    /** Nothing is refused. */
    static final IntPredicate NONE = task -> false;

    private final Attempts attempts;
    private final SetExclusions exclusions;

    Refusals(Attempts attempts, SetExclusions exclusions) {
        this.attempts = attempts;
        this.exclusions = exclusions;
    }

    /** @param avoiding whether it is also spared those that have just failed on it */
    IntPredicate of(Executor executor, boolean avoiding) {
        if (!exclusions.hasTasks() && !(avoiding && attempts.anyAvoids())) {
            return NONE;
        }
        return task -> avoiding && attempts.avoids(task, executor.id()) || exclusions.forbids(task, executor);
    }

    /** A task is done: where it failed does not matter any more. */
    void forget(int task) {
        attempts.forget(task);
        exclusions.forget(task);
    }
}
