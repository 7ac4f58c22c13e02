package dev.quiver.lineage;

import dev.quiver.function.MapFunction;
import dev.quiver.function.MergeFunction;
import dev.quiver.function.ReduceFunction;
import java.io.Serializable;

/** How the values of one key become one value. Rows are pairs. */
public sealed interface Aggregation extends Serializable {
    /** Whether rows of one key are merged before they cross the shuffle. */
    boolean mapSideCombine();

    /** Values are merged pairwise, and the result has their type. */
    record Reduce(ReduceFunction<Object> merge) implements Aggregation {
        @Override
        public boolean mapSideCombine() {
            return true;
        }
    }

    /** Values are folded into accumulators of another type, and accumulators into one another. */
    record Combine(
            MapFunction<Object, Object> create,
            MergeFunction<Object, Object, Object> add,
            ReduceFunction<Object> merge,
            boolean mapSideCombine)
            implements Aggregation {}

    /** Values are collected into a list, in no particular order; nothing is merged before the shuffle. */
    record Group() implements Aggregation {
        @Override
        public boolean mapSideCombine() {
            return false;
        }
    }
}
