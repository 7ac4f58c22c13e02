package dev.quiver.function;

import java.io.Serializable;
import java.util.Iterator;

/** Turns all rows of a partition, whose index it is told, into others. It travels to executors, and it may throw checked exceptions: they fail the task. */
@FunctionalInterface
public interface IndexedPartitionFunction<T, R> extends Serializable {
    Iterator<? extends R> call(int partition, Iterator<T> rows) throws Exception;
}
