package dev.quiver.function;

import java.io.Serializable;
import java.util.Iterator;

/** Turns all rows of a partition into others. It travels to executors, and it may throw checked exceptions: they fail the task. */
@FunctionalInterface
public interface PartitionFunction<T, R> extends Serializable {
    Iterator<? extends R> call(Iterator<T> rows) throws Exception;
}
