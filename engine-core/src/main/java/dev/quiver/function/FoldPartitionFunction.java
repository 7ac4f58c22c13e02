package dev.quiver.function;

import java.io.Serializable;
import java.util.Iterator;

/** Turns all rows of a partition into one value. It travels to executors, and it may throw checked exceptions: they fail the task. */
@FunctionalInterface
public interface FoldPartitionFunction<T, R> extends Serializable {
    R call(Iterator<T> rows) throws Exception;
}
