package dev.quiver.exec.kernel.partition;

import dev.quiver.QuiverException;
import dev.quiver.exec.column.ArrayKind;
import dev.quiver.exec.column.BatchSink;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.ColumnLayout;
import dev.quiver.exec.task.PartitionWriter;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Deals batches of one shape out to reduce partitions, and hands all rows on when together they grow large. For each
 * batch: the target of every row; then its place within the target; then one loop per column that copies values to
 * their places.
 */
public final class PartitionedColumns implements BatchSink {
    private static final int FIRST_CAPACITY = 16;

    private static final int MOST_ROWS = Integer.MAX_VALUE - 17;

    /** A partition with so many rows hands them on by itself, so that its arrays stay in the cache and stop growing. */
    private static final int CHUNK_ROWS = 8192;

    private final Shape shape;
    private final PartitionTargets targetsOf;
    private final PartitionWriter writer;
    private final long flushBytes;
    private final ColumnScatter[] columns;
    private final int[] rows;
    private final int[] capacities;
    private final int[] firstCapacities;
    private int[] targets = new int[0];
    private int[] places = new int[0];
    private int rowBytes;
    private long pendingBytes;
    private boolean hasFull;

    private PartitionedColumns(
            ColumnBatch first,
            int partitionCount,
            PartitionTargets targetsOf,
            PartitionWriter writer,
            long flushBytes,
            ColumnScatter[] columns) {
        this.shape = first.shape();
        this.targetsOf = targetsOf;
        this.writer = writer;
        this.flushBytes = flushBytes;
        this.columns = columns;
        this.rows = new int[partitionCount];
        this.capacities = new int[partitionCount];
        this.firstCapacities = new int[partitionCount];
        for (ColumnScatter column : columns) {
            rowBytes += column.rowBytes();
        }
    }

    /**
     * For batches like this one, which is not taken yet; or empty when a column is of a kind that cannot be scattered.
     *
     * @param flushBytes bytes over all partitions that are collected before they are handed on
     */
    public static Optional<PartitionedColumns> like(
            ColumnBatch first, int partitionCount, PartitionTargets targets, PartitionWriter writer, long flushBytes) {
        ColumnScatter[] columns = new ColumnScatter[first.columns().size()];
        List<Shape> parts = ColumnLayout.parts(first.shape());
        for (int index = 0; index < columns.length; index++) {
            Column column = first.columns().get(index);
            ArrayKind arrays = ArrayKind.of(parts.get(index));
            columns[index] = column instanceof Column.Slices
                    ? new SliceScatter(partitionCount)
                    : arrays != null
                            ? new ArrayScatter(arrays, partitionCount)
                            : FixedScatters.of(column, partitionCount);
            if (columns[index] == null) {
                return Optional.empty();
            }
        }
        return Optional.of(new PartitionedColumns(first, partitionCount, targets, writer, flushBytes, columns));
    }

    /** Whether it is made for batches of a shape. */
    public boolean takes(Shape other) {
        return shape.equals(other);
    }

    @Override
    public void accept(ColumnBatch batch) throws Exception {
        int count = batch.rows();
        if (count == 0) {
            return;
        }
        // A large batch is dealt out alone, so that no array of a partition outgrows it.
        if (pendingBytes > 0 && pendingBytes + batch.sizeBytes() > flushBytes * 2) {
            flush();
        }
        if (targets.length < count) {
            targets = new int[count];
            places = new int[count];
        }
        targetsOf.of(batch, targets);
        place(count);
        for (int index = 0; index < columns.length; index++) {
            pendingBytes += columns[index].scatter(batch.columns().get(index), targets, places, count);
            hasFull |= columns[index].takeFull();
        }
        pendingBytes += (long) count * rowBytes;
        if (pendingBytes >= flushBytes) {
            flush();
        } else if (hasFull) {
            flushFull();
        }
    }

    private void place(int count) {
        int[] target = targets;
        int[] place = places;
        int[] sizes = rows;
        int[] room = capacities;
        boolean full = false;
        for (int row = 0; row < count; row++) {
            int partition = target[row];
            int at = sizes[partition]++;
            if (at == room[partition]) {
                grow(partition);
            }
            place[row] = at;
            full |= at >= CHUNK_ROWS - 1;
        }
        hasFull = full;
    }

    private void grow(int partition) {
        int before = capacities[partition];
        if (before == MOST_ROWS) {
            throw new QuiverException(
                    "One batch has more than " + MOST_ROWS + " rows for one reduce partition, more than"
                            + " an array can hold; this is an error in the engine, please report it");
        }
        int capacity = before == 0
                ? Math.max(FIRST_CAPACITY, firstCapacities[partition])
                : (int) Math.min(MOST_ROWS, before * 2L);
        capacities[partition] = capacity;
        for (ColumnScatter column : columns) {
            column.reserve(partition, capacity);
        }
    }

    private void flushFull() throws Exception {
        for (int partition = 0; partition < rows.length; partition++) {
            if (isFull(partition)) {
                pendingBytes -= Math.min(pendingBytes, handOn(partition));
            }
        }
    }

    private boolean isFull(int partition) {
        int count = rows[partition];
        if (count >= CHUNK_ROWS) {
            return true;
        }
        for (ColumnScatter column : columns) {
            if (column.isFull(partition, count)) {
                return true;
            }
        }
        return false;
    }

    /** Hands all rows on. */
    public void flush() throws Exception {
        for (int partition = 0; partition < rows.length; partition++) {
            if (rows[partition] > 0) {
                handOn(partition);
            }
        }
        pendingBytes = 0;
    }

    /** Hands the rows of one partition on; says how many bytes they had. */
    private long handOn(int partition) throws Exception {
        int count = rows[partition];
        List<Column> sealed = new ArrayList<>(columns.length);
        for (ColumnScatter column : columns) {
            sealed.add(column.seal(partition, count));
        }
        rows[partition] = 0;
        // Asks for as much room again: most columns have kept theirs.
        firstCapacities[partition] = capacities[partition];
        capacities[partition] = 0;
        ColumnBatch batch = new ColumnBatch(shape, count, sealed);
        writer.write(partition, batch);
        return batch.sizeBytes();
    }
}
