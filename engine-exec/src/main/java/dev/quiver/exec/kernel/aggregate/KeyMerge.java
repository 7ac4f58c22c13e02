package dev.quiver.exec.kernel.aggregate;

import dev.quiver.function.MapFunction;
import dev.quiver.function.MergeFunction;
import dev.quiver.function.ReduceFunction;

/**
 * How the values of a key become one.
 *
 * @param create makes the first state of a value; or null when the first value is the state
 * @param merge  a {@link ReduceFunction} or a {@link MergeFunction}: of a state and a value, to the next state
 */
public record KeyMerge(MapFunction<Object, Object> create, Object merge) {
    /** Values are merged pairwise. */
    public static KeyMerge reducing(ReduceFunction<Object> merge) {
        return new KeyMerge(null, merge);
    }

    /** The function as one of its two kinds. */
    @SuppressWarnings("unchecked")
    MergeFunction<Object, Object, Object> call() {
        return merge instanceof ReduceFunction<?> reduce
                ? ((ReduceFunction<Object>) reduce)::call
                : (MergeFunction<Object, Object, Object>) merge;
    }

    /** The state of a value that comes first. */
    public Object first(Object value) throws Exception {
        return create == null ? value : create.call(value);
    }
}
