package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.exec.kernel.aggregate.KeyMerge;
import dev.quiver.exec.memory.StateSizes;
import dev.quiver.function.MapFunction;
import dev.quiver.function.MergeFunction;
import dev.quiver.lineage.Aggregation;

/**
 * How a row enters a table of groups: its value starts a group, or is added to one. Immutable.
 *
 * @param start    the first state of a key
 * @param add      of a state and a value
 * @param ofStates whether values are states already, so that what was merged may be merged again
 */
record Merging(MapFunction<Object, Object> start, MergeFunction<Object, Object, Object> add, boolean ofStates) {
    /** Of plain values, as they are before they cross the shuffle. */
    static Merging ofValues(Aggregation aggregation) {
        return aggregation instanceof Aggregation.Combine combine
                ? new Merging(combine.create(), combine.add(), false)
                : ofStates(aggregation);
    }

    /** Of what {@link #ofValues} made. */
    static Merging ofStates(Aggregation aggregation) {
        if (aggregation instanceof Aggregation.Reduce reduce) {
            return new Merging(value -> value, reduce.merge()::call, true);
        }
        if (aggregation instanceof Aggregation.Combine combine) {
            return new Merging(accumulator -> accumulator, combine.merge()::call, true);
        }
        throw new IllegalArgumentException("values of " + aggregation + " are not merged");
    }

    /**
     * The same for kernels, or null where they have none: on the map side all but lists, on the reduce side whatever the
     * map side merged, so that states and plain values never meet.
     */
    static KeyMerge kernel(Aggregation aggregation, boolean mapSide) {
        if (!aggregation.mapSideCombine()) {
            return null;
        }
        return mapSide && aggregation instanceof Aggregation.Combine combine
                ? new KeyMerge(combine.create(), combine.add())
                : stateKernel(aggregation);
    }

    /** The same as {@link #ofStates} for kernels. */
    static KeyMerge stateKernel(Aggregation aggregation) {
        return KeyMerge.reducing(
                aggregation instanceof Aggregation.Reduce reduce
                        ? reduce.merge()
                        : ((Aggregation.Combine) aggregation).merge());
    }

    /** Lets rows, which are pairs, enter a table. */
    void enter(GroupTable table, Object row, StateSizes sizes) throws Exception {
        Pair<?, ?> pair = (Pair<?, ?>) row;
        boolean looks = sizes.looks();
        int entry = table.entry(pair.key());
        boolean isNew = entry < 0;
        entry = isNew ? ~entry : entry;
        if (looks) {
            sizes.before(isNew ? null : table.value(entry));
        }
        Object state = isNew ? start.call(pair.value()) : add.call(table.value(entry), pair.value());
        table.value(entry, state);
        if (looks) {
            sizes.after(row, isNew ? new Pair<>(pair.key(), state) : state);
        }
    }
}
