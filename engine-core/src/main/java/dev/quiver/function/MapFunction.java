package dev.quiver.function;

import java.io.Serializable;

/** Turns one row into another. It travels to executors, and it may throw checked exceptions: they fail the task. */
@FunctionalInterface
public interface MapFunction<T, R> extends Serializable {
    R call(T value) throws Exception;
}
