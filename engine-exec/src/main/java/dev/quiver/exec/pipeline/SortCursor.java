package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
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
final class SortCursor implements BatchedCursor {
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
    public ColumnBatch nextBatch() throws Exception {
        gatherAll();
        return columns == null ? null : columns.next();
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
        if (!(order instanceof NaturalOrder natural && gatherColumns(natural))) {
            gatherRows();
            Arrays.sort(sorted, 0, size, this::compare);
        }
    }

    /** Collects batches while they can be sorted as columns; else makes rows of those it has, and returns false. */
    private boolean gatherColumns(NaturalOrder natural) throws Exception {
        if (!(source instanceof BatchedCursor batched)) {
            return false;
        }
        ColumnBatch batch = batched.nextBatch();
        if (batch == null) {
            return false;
        }
        BatchSorter sorter = BatchSorter.of(batch.shape(), natural == NaturalOrder.ASCENDING, run::checkKilled);
        while (batch != null && sorter != null && sorter.add(batch)) {
            batch = batched.nextBatch();
        }
        if (batch == null) {
            // Whether the source has rows left that it cannot give as a batch, only asking for rows can tell.
            Object[] more = new Object[BATCH_ROWS];
            int count = source.next(more);
            if (count == 0) {
                columns = sorter;
                return true;
            }
            explode(sorter.batches());
            append(more, count);
            return false;
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

    private void gatherRows() throws Exception {
        Object[] batch = new Object[BATCH_ROWS];
        for (int count = source.next(batch); count > 0; count = source.next(batch)) {
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
        if (size + count > sorted.length) {
            int larger = sorted.length + (sorted.length >> 1);
            sorted = Arrays.copyOf(sorted, Math.max(Math.addExact(size, count), larger));
        }
        System.arraycopy(rows, 0, sorted, size, count);
        size += count;
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
