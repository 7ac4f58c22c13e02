package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.exec.kernel.aggregate.KeyMerge;
import dev.quiver.function.MapFunction;
import dev.quiver.function.MergeFunction;
import dev.quiver.lineage.Aggregation;
import java.util.ArrayList;
import java.util.List;

/** How a row enters a table of groups: its value starts a group, or is added to one. Immutable. */
record Merging(MapFunction<Object, Object> start, MergeFunction<Object, Object, Object> add) {
    /** From plain values, before they cross the shuffle. */
    static Merging onMapSide(Aggregation aggregation) {
        return ofValues(aggregation);
    }

    /** From what the map side sent: accumulators where it combined, plain values where it did not. */
    static Merging onReduceSide(Aggregation aggregation) {
        if (aggregation instanceof Aggregation.Combine combine && combine.mapSideCombine()) {
            return new Merging(accumulator -> accumulator, combine.merge()::call);
        }
        return ofValues(aggregation);
    }

    private static Merging ofValues(Aggregation aggregation) {
        if (aggregation instanceof Aggregation.Reduce reduce) {
            return new Merging(value -> value, reduce.merge()::call);
        }
        if (aggregation instanceof Aggregation.Combine combine) {
            return new Merging(combine.create(), combine.add());
        }
        return new Merging(
                value -> {
                    List<Object> values = new ArrayList<>(2);
                    values.add(value);
                    return values;
                },
                Merging::collect);
    }

    @SuppressWarnings("unchecked")
    private static Object collect(Object values, Object value) {
        ((List<Object>) values).add(value);
        return values;
    }

    /**
     * The same for kernels, or null where they have none: on the map side all but lists, on the reduce side whatever the
     * map side merged, so that states and plain values never meet.
     */
    static KeyMerge kernel(Aggregation aggregation, boolean mapSide) {
        if (aggregation instanceof Aggregation.Reduce reduce) {
            return KeyMerge.reducing(reduce.merge());
        }
        return aggregation instanceof Aggregation.Combine combine && combine.mapSideCombine()
                ? mapSide ? new KeyMerge(combine.create(), combine.add()) : KeyMerge.reducing(combine.merge())
                : null;
    }

    /** Lets rows, which are pairs, enter a table. */
    void enter(GroupTable table, Object row) throws Exception {
        Pair<?, ?> pair = (Pair<?, ?>) row;
        int entry = table.entry(pair.key());
        if (entry < 0) {
            table.value(~entry, start.call(pair.value()));
        } else {
            table.value(entry, add.call(table.value(entry), pair.value()));
        }
    }
}
