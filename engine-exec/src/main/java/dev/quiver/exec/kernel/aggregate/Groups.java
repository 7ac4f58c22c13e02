package dev.quiver.exec.kernel.aggregate;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.function.ReduceFunction;
import dev.quiver.shape.Shape;
import java.util.Optional;

/** Keys with one merged value each, all of one shape. */
public interface Groups {
    /** A table for pairs of a shape, or empty when there is none for it. */
    static Optional<Groups> of(Shape shape, ReduceFunction<Object> merge) {
        if (!(shape instanceof Shape.PairOf pair) || !FixedBits.isValue(pair.value())) {
            return Optional.empty();
        }
        if (FixedBits.isKey(pair.key())) {
            return Optional.of(new FixedGroups(pair, merge));
        }
        return pair.key() == Shape.Scalar.STRING ? Optional.of(new TextGroups(pair, merge)) : Optional.empty();
    }

    /** Whether there is a table for pairs of a key and a value like these. */
    static boolean canHold(Object key, Object value) {
        boolean keyed = key instanceof Long
                || key instanceof Integer
                || key instanceof String
                || key instanceof Double
                || key instanceof Short
                || key instanceof Byte
                || key instanceof Character;
        return keyed && (value instanceof Long || value instanceof Integer || value instanceof Double);
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
