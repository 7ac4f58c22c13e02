package dev.quiver;

import dev.quiver.engine.JobRequest;
import java.util.HashMap;
import java.util.Map;

/**
 * Passes results on in the order of the partitions, whatever the order in which they end, so that the result of an action
 * does not depend on it. Holds back what came early. Called by one thread at a time.
 */
final class InOrder<R> implements JobRequest.ResultHandler<R> {
    private final Step<R> step;
    private final Map<Integer, R> early = new HashMap<>();
    private int next;

    InOrder(Step<R> step) {
        this.step = step;
    }

    /** What to do with the result of the next partition. */
    @FunctionalInterface
    interface Step<R> {
        void accept(R result) throws Exception;
    }

    @Override
    public void accept(int index, R value) throws Exception {
        early.put(index, value);
        while (early.containsKey(next)) {
            step.accept(early.remove(next));
            next++;
        }
    }
}
