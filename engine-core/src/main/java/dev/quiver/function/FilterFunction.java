package dev.quiver.function;

import java.io.Serializable;

/** Says whether a row stays. It travels to executors, and it may throw checked exceptions: they fail the task. */
@FunctionalInterface
public interface FilterFunction<T> extends Serializable {
    boolean test(T value) throws Exception;
}
