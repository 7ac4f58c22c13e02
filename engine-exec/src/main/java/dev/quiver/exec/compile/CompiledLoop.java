package dev.quiver.exec.compile;

import java.lang.invoke.MethodHandle;
import java.util.List;

/** A generated class: makes loops for tasks. Safe for use by many threads. */
public final class CompiledLoop {
    /** Batches that are kept short, because the JIT counts calls before it compiles a method for good. */
    private static final int WARM_UP_BATCHES = 1000;

    private static final int WARM_UP_ROWS = 128;

    private final MethodHandle constructor;
    private final boolean[] constants;
    private int batches;

    CompiledLoop(MethodHandle constructor, boolean[] constants) {
        this.constructor = constructor;
        this.constants = constants;
    }

    /**
     * A loop for one task.
     *
     * @param plan        its functions may be others of the same classes than those the class was made with
     * @param state       what the sink asks for
     * @param checkKilled throws when the task was told to stop
     */
    public RowLoop open(LoopPlan plan, Object state, OpenResults open, Runnable checkKilled) {
        List<Object> functions = plan.functions();
        Object[] given = new Object[functions.size()];
        for (int index = 0; index < given.length; index++) {
            given[index] = constants[index] ? null : functions.get(index);
        }
        try {
            return (RowLoop) constructor.invokeExact(given, state, open, checkKilled);
        } catch (RuntimeException | Error thrown) {
            throw thrown;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** How many rows the next call should work on, at most {@code most}. A race between threads does no harm. */
    public int nextBatchRows(int most) {
        if (batches >= WARM_UP_BATCHES) {
            return most;
        }
        batches++;
        return Math.min(most, WARM_UP_ROWS);
    }
}
