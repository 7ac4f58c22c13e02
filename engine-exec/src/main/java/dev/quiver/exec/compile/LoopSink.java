package dev.quiver.exec.compile;

import dev.quiver.function.ForeachFunction;
import dev.quiver.function.MergeFunction;
import dev.quiver.function.ReduceFunction;
import dev.quiver.shape.Shape;

/** Where a loop puts its rows. Each names the state object that the loop is given with it. */
public sealed interface LoopSink {
    /** Counted in an {@link Accumulator} of longs. */
    record Count() implements LoopSink {}

    /** Merged into an {@link Accumulator} that holds a first row. */
    record Reduce(ReduceFunction<Object> merge, Accumulator.Kind kind) implements LoopSink {
        @Override
        public Object function() {
            return merge;
        }

        @Override
        public String structure() {
            return "Reduce " + kind;
        }
    }

    /** Folded into an {@link Accumulator}. */
    record Fold(MergeFunction<Object, Object, Object> add, Accumulator.Kind kind) implements LoopSink {
        @Override
        public Object function() {
            return add;
        }

        @Override
        public String structure() {
            return "Fold " + kind;
        }
    }

    /** Handed to a function; no state. */
    record ForEach(ForeachFunction<Object> action) implements LoopSink {
        @Override
        public Object function() {
            return action;
        }

        @Override
        public String structure() {
            return "ForEach";
        }
    }

    /** Handed as objects to a {@link RowTarget}. */
    record Each() implements LoopSink {}

    /** Put back into the array they came from, from the first of them on; only behind {@link LoopSource.Rows}, without flatMap. */
    record InPlace() implements LoopSink {}

    /** Taken apart into a {@link ColumnBuffer} of this shape. Rows of other shapes go to its row target, in their place. */
    record Columns(Shape shape) implements LoopSink {}

    /** Pairs of a text and a number, merged by key in a {@link PairMerger}, to which rows of other shapes go too. */
    record Merge(Shape.PairOf shape, ReduceFunction<Object> merge) implements LoopSink {
        @Override
        public Object function() {
            return merge;
        }

        @Override
        public String structure() {
            return "Merge " + shape;
        }
    }

    /** The user's function that the sink calls, or null. */
    default Object function() {
        return null;
    }

    /** What of the sink the generated code depends on, without functions. */
    default String structure() {
        return toString();
    }
}
