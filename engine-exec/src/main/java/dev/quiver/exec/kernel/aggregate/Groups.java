package dev.quiver.exec.kernel.aggregate;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.compile.ColumnShapes;
import dev.quiver.exec.kernel.key.KeyIndex;
import dev.quiver.exec.kernel.key.Primitives;
import dev.quiver.function.ReduceFunction;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import java.util.Optional;

/** Keys with one merged value each, all of one shape. */
public interface Groups {
    /**
     * A table for pairs of a shape, or empty when there is none for it.
     *
     * @param serializer reads and writes opaque values
     * @param loader     the application's classes
     */
    @SuppressWarnings("unchecked")
    static Optional<Groups> of(Shape shape, KeyMerge merge, ValueSerializer serializer, ClassLoader loader) {
        if (!(shape instanceof Shape.PairOf pair)) {
            return Optional.empty();
        }
        if (merge.create() == null
                && merge.merge() instanceof ReduceFunction<?> reduce
                && Primitives.isValue(pair.value())) {
            if (Primitives.isKey(pair.key())) {
                return Optional.of(new FixedGroups(pair, (ReduceFunction<Object>) reduce));
            }
            if (pair.key() == Shape.Scalar.STRING || pair.key() == Shape.Scalar.TEXT) {
                return Optional.of(new TextGroups(pair, (ReduceFunction<Object>) reduce));
            }
        }
        return knows(shape, loader)
                ? Optional.of(new IndexedGroups(pair, merge, serializer, loader))
                : Optional.empty();
    }

    /** Whether there is a table for pairs of a shape. */
    static boolean knows(Shape shape, ClassLoader loader) {
        return shape instanceof Shape.PairOf pair
                && KeyIndex.knows(pair.key(), loader)
                && ColumnShapes.isKnown(pair.value());
    }

    /** Whether rows of a batch can be added: its shape is that of the table, and it holds no null. */
    boolean takes(ColumnBatch batch);

    /**
     * Merges rows of a batch that {@link #takes} approved of.
     *
     * @param batch borrowed
     * @return the first row that was not merged: {@code to}, or an earlier one when the function made something of it
     *         that is no value of the shape. That row was not touched, and nothing may be added after it.
     * @throws Exception what the user's function throws
     */
    int add(ColumnBatch batch, int from, int to) throws Exception;

    /** Merges what was put aside. Returns false when it was refused, as {@link #add} can refuse a row. */
    boolean complete() throws Exception;

    /**
     * Most bytes of heap that they take at any time while rows of a batch are added, if all keys are new, about.
     *
     * @param batch one that {@link #takes} approved of; borrowed
     */
    long bytesWith(ColumnBatch batch, int from, int to);

    /** Bytes of heap that they take. */
    long bytes();

    /** How many keys there are, about: rows put aside count as keys. */
    int size();

    /**
     * Takes the next keys out, with their values. A key comes once if {@link #complete} said yes, else perhaps in
     * several pairs that are still to be merged. Nothing may be added until all were taken and {@link #clear} was called.
     *
     * @return a batch of the table's shape, or null when there are no more
     */
    ColumnBatch take();

    /** Forgets everything; rows can be added again. */
    void clear();
}
