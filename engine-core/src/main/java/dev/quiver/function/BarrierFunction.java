package dev.quiver.function;

import dev.quiver.BarrierContext;
import java.io.Serializable;
import java.util.Iterator;

/** Turns all rows of a partition into others, together with the tasks of all other partitions. It travels to executors, and it may throw checked exceptions: they fail the task. */
@FunctionalInterface
public interface BarrierFunction<T, R> extends Serializable {
    Iterator<? extends R> call(BarrierContext context, Iterator<T> rows) throws Exception;
}
