package dev.quiver.function;

import java.io.Serializable;
import java.util.Iterator;

/** Does something with all rows of a partition. It travels to executors, and it may throw checked exceptions: they fail the task. */
@FunctionalInterface
public interface ForeachPartitionFunction<T> extends Serializable {
    void call(Iterator<T> rows) throws Exception;
}
