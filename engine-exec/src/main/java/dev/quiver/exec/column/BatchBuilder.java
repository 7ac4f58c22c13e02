package dev.quiver.exec.column;

import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects rows into a {@link ColumnBatch}. Never refuses an odd row: what does not fit the shape makes that part of
 * the batch opaque. Belongs to one thread. After an exception the rows are in disorder, and the builder must be dropped.
 */
public final class BatchBuilder {
    private static final int FIRST_CAPACITY = 16;
    private static final int LARGEST_FIRST_CAPACITY = 4096;

    private final Shape hint;
    private final ValueSerializer opaque;
    private final ClassLoader loader;
    private final int fullBytes;
    private BuildContext context;
    private ColumnSlot rows;
    private int capacity = FIRST_CAPACITY;

    /**
     * @param hint   expected shape; the rows decide when it is unknown or wrong
     * @param opaque writes what has no columns of its own
     * @param loader finds the classes that shapes name
     */
    public BatchBuilder(Shape hint, ValueSerializer opaque, ClassLoader loader) {
        this(hint, opaque, loader, BuildContext.FULL_BYTES);
    }

    /** @param fullBytes from how many bytes on it is full */
    BatchBuilder(Shape hint, ValueSerializer opaque, ClassLoader loader, int fullBytes) {
        this.fullBytes = fullBytes;
        this.hint = hint;
        this.opaque = opaque;
        this.loader = loader;
    }

    /**
     * Adds a row.
     *
     * @param row may be null
     * @throws dev.quiver.serializer.NotSerializable when some part of it can travel in no way
     */
    public void append(Object row) {
        open();
        rows.append(row);
    }

    /** Adds all rows of a batch column by column; or returns false, having changed nothing, when the shapes differ. */
    public boolean appendAll(ColumnBatch batch) {
        open();
        if (!rows.takes(batch.shape())) {
            return false;
        }
        rows.copy(batch.shape(), new ColumnCursor(batch.columns()), batch.rows());
        return true;
    }

    private void open() {
        if (rows == null) {
            context = new BuildContext(opaque, loader, capacity, fullBytes);
            rows = new ColumnSlot(hint, 0, context);
        }
    }

    /** How many rows were added since the last seal. */
    public int rows() {
        return rows == null ? 0 : rows.rows();
    }

    /** Bytes they take, about. */
    public long sizeBytes() {
        return rows == null ? 0 : context.bytes;
    }

    /** Whether it must be sealed before more is added, because an array or all of them near their largest size. */
    public boolean isFull() {
        return rows != null && (context.bytes >= fullBytes || rows.isFull());
    }

    /** The rows added so far; the builder is empty afterwards and can be used again. */
    public ColumnBatch seal() {
        open();
        int count = rows.rows();
        Shape shape = rows.shape();
        List<Column> columns = new ArrayList<>();
        rows.seal(columns);
        rows = null;
        capacity = Math.min(LARGEST_FIRST_CAPACITY, Math.max(FIRST_CAPACITY, count));
        return new ColumnBatch(shape, count, columns);
    }
}
