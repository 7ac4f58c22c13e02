package dev.quiver.exec.column;

import dev.quiver.serializer.ValueSerializer;

/** The rows of a batch as objects, made anew at each call. Belongs to one thread. */
public final class RowReader {
    private final ColumnBatch batch;
    private final ValueReader reader;

    /**
     * @param opaque reads what has no columns of its own
     * @param loader finds the classes that the shape names
     * @throws dev.quiver.serializer.NotSerializable when such a class is missing here
     */
    public RowReader(ColumnBatch batch, ValueSerializer opaque, ClassLoader loader) {
        this.batch = batch;
        this.reader = ValueReaders.of(batch.shape(), new ColumnCursor(batch.columns()), opaque, loader);
    }

    public int rows() {
        return batch.rows();
    }

    /** One row. */
    public Object row(int index) {
        if (index < 0 || index >= batch.rows()) {
            throw new IndexOutOfBoundsException("row " + index + " of " + batch.rows());
        }
        return reader.value(index);
    }

    /**
     * Puts rows into an array from its start.
     *
     * @param from first row
     * @return how many: as many as the array holds and the batch has left
     */
    public int read(int from, Object[] into) {
        return read(from, into, into.length);
    }

    /** As {@link #read(int, Object[])}, at most so many. */
    public int read(int from, Object[] into, int most) {
        int count = Math.min(Math.min(most, into.length), batch.rows() - from);
        reader.values(from, count, into);
        return count;
    }
}
