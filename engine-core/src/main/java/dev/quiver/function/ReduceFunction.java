package dev.quiver.function;

import java.io.Serializable;

/** Merges two values of a type into one; must be associative and commutative. It travels to executors, and it may throw checked exceptions: they fail the task. */
@FunctionalInterface
public interface ReduceFunction<T> extends Serializable {
    T call(T left, T right) throws Exception;
}
