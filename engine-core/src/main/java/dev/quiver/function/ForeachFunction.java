package dev.quiver.function;

import java.io.Serializable;

/** Does something with a row. It travels to executors, and it may throw checked exceptions: they fail the task. */
@FunctionalInterface
public interface ForeachFunction<T> extends Serializable {
    void call(T value) throws Exception;
}
