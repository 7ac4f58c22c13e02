package dev.quiver.function;

import java.io.Serializable;

/** Turns one row into any number of rows. It travels to executors, and it may throw checked exceptions: they fail the task. */
@FunctionalInterface
public interface FlatMapFunction<T, R> extends Serializable {
    Iterable<? extends R> call(T value) throws Exception;
}
