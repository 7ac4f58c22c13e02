package dev.quiver.function;

import java.io.Serializable;
import java.util.stream.Stream;

/** Turns one row into a stream of rows; the engine closes the stream. It travels to executors, and it may throw checked exceptions: they fail the task. */
@FunctionalInterface
public interface FlatMapStreamFunction<T, R> extends Serializable {
    Stream<? extends R> call(T value) throws Exception;
}
