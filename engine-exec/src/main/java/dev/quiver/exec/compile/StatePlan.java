package dev.quiver.exec.compile;

import dev.quiver.function.MapFunction;
import dev.quiver.function.MergeFunction;
import dev.quiver.function.ReduceFunction;
import dev.quiver.shape.Shape;
import java.util.List;

/**
 * What a {@link StateLoop} does.
 *
 * @param value  shape of the rows' values
 * @param state  shape of the states; that of the values when there is no {@code create}
 * @param create makes the first state of a key; or null, when the first value is it
 * @param merge  a {@link ReduceFunction} or a {@link MergeFunction}: of a state and a value, to the next state
 */
public record StatePlan(Shape value, Shape state, MapFunction<Object, Object> create, Object merge) {
    /** Whether states of a shape can be kept: it has primitives only. */
    public static boolean keeps(Shape state) {
        return ColumnShapes.isKnown(state)
                && ColumnShapes.leaves(state).stream().allMatch(leaf -> leaf.value.isPrimitive());
    }

    Class<?> mergeType() {
        return merge instanceof ReduceFunction<?> ? ReduceFunction.class : MergeFunction.class;
    }

    /** In the order in which generated code knows them. */
    List<Object> functions() {
        return create == null ? List.of(merge) : List.of(create, merge);
    }

    /** All but the functions. */
    String structure() {
        return "States of " + state + " from " + value + (create == null ? "" : " made") + " by "
                + mergeType().getSimpleName();
    }
}
