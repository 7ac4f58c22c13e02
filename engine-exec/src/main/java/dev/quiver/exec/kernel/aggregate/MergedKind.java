package dev.quiver.exec.kernel.aggregate;

import dev.quiver.exec.specialize.IdentityUse;
import dev.quiver.function.ReduceFunction;
import dev.quiver.shape.Shape;

/**
 * What a copy of a merge loop knows of its values.
 *
 * @param freshBoxes whether the function may be given boxes that nobody else has
 */
record MergedKind(Shape.Scalar value, boolean freshBoxes) {
    static MergedKind of(Shape value, ReduceFunction<Object> merge) {
        return new MergedKind((Shape.Scalar) value, !IdentityUse.of(merge));
    }
}
