package dev.quiver.function;

import java.io.Serializable;

/** Merges two values of different types. It travels to executors, and it may throw checked exceptions: they fail the task. */
@FunctionalInterface
public interface MergeFunction<A, T, R> extends Serializable {
    R call(A left, T right) throws Exception;
}
