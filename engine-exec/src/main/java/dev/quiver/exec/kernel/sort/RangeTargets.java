package dev.quiver.exec.kernel.sort;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.lineage.NaturalOrder;
import dev.quiver.lineage.RangePartitioner;
import dev.quiver.shape.Shape;
import java.util.Optional;

/**
 * The partitions of the keys of a batch, as {@link RangePartitioner#partition} tells them one by one. Belongs to one
 * thread.
 */
public interface RangeTargets {
    /**
     * Finds the partition of each row.
     *
     * @param batch rows whose key, in the first column, is of the shape this was made for
     * @param out   at least as long as the batch has rows
     */
    void targets(ColumnBatch batch, int[] out);

    /**
     * Targets without an object per key.
     *
     * @param key shape of the keys
     * @return empty when the order is a user's, or the keys or a bound are of a kind that has no such targets
     */
    static Optional<RangeTargets> of(RangePartitioner partitioner, Shape key) {
        if (!(partitioner.order() instanceof NaturalOrder order)) {
            return Optional.empty();
        }
        Bounds bounds = Bounds.of(partitioner, order == NaturalOrder.ASCENDING);
        FixedKeys fixed = FixedKeys.of(key);
        if (fixed != null) {
            return Optional.ofNullable(FixedRangeTargets.of(bounds, fixed, key));
        }
        return key == Shape.Scalar.STRING || key == Shape.Scalar.TEXT || key == Shape.Scalar.BYTES
                ? Optional.ofNullable(SliceRangeTargets.of(bounds, (Shape.Scalar) key))
                : Optional.empty();
    }
}
