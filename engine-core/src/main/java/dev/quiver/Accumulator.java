package dev.quiver;

import dev.quiver.function.ReduceFunction;
import dev.quiver.id.AccumulatorId;
import java.io.Serializable;

/**
 * A value that tasks add to and only the driver reads. What a task adds counts once, when the task succeeds: in actions
 * each partition counts exactly once whatever is retried; in transformations a partition that is computed again counts
 * again. Safe for use by many threads.
 *
 * @param <T> type of the value; must be serializable by the engine
 */
public final class Accumulator<T> implements Serializable {
    private static final long serialVersionUID = 1;

    private final AccumulatorId id;
    private final String name;
    private final ReduceFunction<T> merge;
    private transient T value;

    /** For the engine: users ask their session for one. */
    public Accumulator(AccumulatorId id, String name, T zero, ReduceFunction<T> merge) {
        this.id = id;
        this.name = name;
        this.merge = merge;
        this.value = zero;
    }

    public AccumulatorId id() {
        return id;
    }

    public String name() {
        return name;
    }

    /** Adds, in a task to the task's share, on the driver to the value itself. */
    public void add(T amount) {
        TaskContext task = TaskContext.current();
        if (task != null) {
            task.accumulate(this, amount);
        } else {
            absorb(amount);
        }
    }

    /** Merges a share into the value. For the engine, on the driver. */
    public synchronized void absorb(T amount) {
        value = merged(value, amount);
    }

    /** Merges two shares. For the engine. */
    public T merged(T left, T right) {
        try {
            return merge.call(left, right);
        } catch (Exception failure) {
            throw new QuiverException("accumulator '" + name + "': its merge function threw " + failure, failure);
        }
    }

    /**
     * The value so far.
     *
     * @throws QuiverException in a task: tasks only add
     */
    public synchronized T value() {
        if (TaskContext.current() != null) {
            throw new QuiverException("accumulator '" + name + "' was read in a task; only the driver can read it,"
                    + " after the action that adds to it");
        }
        return value;
    }

    @Override
    public String toString() {
        return "accumulator '" + name + "'";
    }
}
