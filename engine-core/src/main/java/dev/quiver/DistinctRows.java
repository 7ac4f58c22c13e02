package dev.quiver;

import dev.quiver.function.IndexedPartitionFunction;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/** Each row of a partition once, in the order of first appearance. */
record DistinctRows() implements IndexedPartitionFunction<Object, Object> {
    @Override
    public Iterator<?> call(int partition, Iterator<Object> rows) {
        Set<Object> seen = new LinkedHashSet<>();
        rows.forEachRemaining(seen::add);
        return seen.iterator();
    }
}
