package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.QuiverException;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.kernel.sort.BatchSorter;
import dev.quiver.lineage.NaturalOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Pairs in the order of their keys; pairs with equal keys stay as they came. Reads all rows at the first pull. In natural
 * order it sorts columns; in a user's order, or when the keys are of a kind or of several kinds that columns cannot be
 * sorted by, it sorts objects.
 */
final class SortCursor implements Cursor {
    private static final int MOST_ROWS = Integer.MAX_VALUE - 16;
    private static final int COMPARISONS_BETWEEN_CHECKS = 1 << 14;

    private final Cursor source;
    private final Comparator<Object> order;
    private final TaskRun run;
    private boolean gathered;
    private BatchSorter columns;
    private Cursor columnRows;
    private Object[] sorted;
    private int size;
    private int next;
    private int comparisons;

    SortCursor(Cursor source, Comparator<Object> order, TaskRun run) {
        this.source = source;
        this.order = order;
        this.run = run;
    }

    @Override
    public BatchSource batches() throws Exception {
        gatherAll();
        return columns == null ? null : new Sorted(columns);
    }

    @Override
    public int next(Object[] rows) throws Exception {
        gatherAll();
        if (columns != null) {
            if (columnRows == null) {
                columnRows = new BatchCursor(new Sorted(columns), run);
            }
            return columnRows.next(rows);
        }
        int count = Math.min(rows.length, size - next);
        System.arraycopy(sorted, next, rows, 0, count);
        Arrays.fill(sorted, next, next + count, null);
        next += count;
        return count;
    }

    private void gatherAll() throws Exception {
        if (gathered) {
            return;
        }
        gathered = true;
        BatchSource batches = order instanceof NaturalOrder ? source.batches() : null;
        if (batches == null) {
            sortRows(source);
        } else if (!gatherColumns(batches)) {
            sortRows(new BatchCursor(batches, run));
        }
    }

    private void sortRows(Cursor rows) throws Exception {
        gatherRows(rows);
        Arrays.sort(sorted, 0, size, this::compare);
    }

    /** Collects batches while they can be sorted as columns; else makes rows of those it has, and returns false. */
    private boolean gatherColumns(BatchSource batches) throws Exception {
        ColumnBatch batch = batches.next();
        if (batch == null) {
            return false;
        }
        BatchSorter sorter = BatchSorter.of(batch.shape(), order == NaturalOrder.ASCENDING, run::checkKilled);
        while (batch != null && sorter != null && sorter.add(batch)) {
            run.checkKilled();
            batch = batches.next();
        }
        if (batch == null) {
            columns = sorter;
            return true;
        }
        explode(sorter == null ? List.of() : sorter.batches());
        explode(List.of(batch));
        return false;
    }

    private void explode(List<ColumnBatch> batches) throws Exception {
        for (ColumnBatch batch : batches) {
            Object[] rows = new Object[batch.rows()];
            append(rows, new RowReader(batch, run.serializer, run.loader).read(0, rows));
        }
    }

    private void gatherRows(Cursor rows) throws Exception {
        Object[] batch = new Object[BATCH_ROWS];
        for (int count = rows.next(batch); count > 0; count = rows.next(batch)) {
            append(batch, count);
            run.checkKilled();
        }
        if (sorted == null) {
            sorted = batch;
        }
    }

    private void append(Object[] rows, int count) {
        if (sorted == null) {
            sorted = new Object[BATCH_ROWS];
        }
        long needed = size + (long) count;
        if (needed > sorted.length) {
            sorted = Arrays.copyOf(sorted, larger(sorted.length, needed, MOST_ROWS));
        }
        System.arraycopy(rows, 0, sorted, size, count);
        size += count;
    }

    /** The length that an array of rows grows to so that it holds {@code needed}. */
    static int larger(int length, long needed, int most) {
        if (needed > most) {
            throw new QuiverException("One task sorts " + needed + " rows or more, but can sort no more than " + most
                    + ". The job fails; sort into more partitions.");
        }
        return (int) Math.min(most, Math.max(needed, length * 3L / 2));
    }

    private int compare(Object left, Object right) {
        if (++comparisons % COMPARISONS_BETWEEN_CHECKS == 0) {
            run.checkKilled();
        }
        return order.compare(((Pair<?, ?>) left).key(), ((Pair<?, ?>) right).key());
    }

    /** The sorter as a source. */
    private record Sorted(BatchSorter sorter) implements BatchSource {
        @Override
        public ColumnBatch next() {
            return sorter.next();
        }

        @Override
        public void close() {}
    }
}
