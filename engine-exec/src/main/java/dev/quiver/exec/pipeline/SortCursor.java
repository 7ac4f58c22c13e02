package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.spill.ColumnSort;
import dev.quiver.exec.spill.RowSort;
import dev.quiver.exec.spill.SortSpace;
import dev.quiver.lineage.NaturalOrder;
import java.util.Comparator;

/**
 * Pairs in the order of their keys; pairs with equal keys stay as they came. Reads all rows at the first pull. In natural
 * order it sorts columns; in a user's order, or when the keys are of a kind or of several kinds that columns cannot be
 * sorted by, it sorts objects. What does not fit into memory goes to disk in sorted runs.
 */
final class SortCursor implements Cursor {
    private final Cursor source;
    private final Comparator<Object> order;
    private final SortSpace space;
    private final TaskRun run;
    private boolean gathered;
    private BatchSource columns;
    private Cursor columnRows;
    private RowSort rows;

    /** @param operator as users know it, for messages */
    SortCursor(Cursor source, Comparator<Object> order, String operator, TaskRun run) {
        this.source = source;
        this.order = order;
        this.space = run.own(new SortSpace(run.services, operator, run.serializer, run.loader, run::checkKilled));
        this.run = run;
    }

    @Override
    public BatchSource batches() throws Exception {
        gatherAll();
        return columns;
    }

    @Override
    public int next(Object[] into) throws Exception {
        gatherAll();
        if (columns != null) {
            if (columnRows == null) {
                columnRows = new BatchCursor(columns, run);
            }
            return columnRows.next(into);
        }
        run.step();
        int count = rows.next(into);
        if (count == 0) {
            space.close();
        }
        return count;
    }

    private void gatherAll() throws Exception {
        if (gathered) {
            return;
        }
        gathered = true;
        BatchSource batches = source.batches();
        if (batches == null) {
            rows = new RowSort(order, space);
            Object[] batch = new Object[BATCH_ROWS];
            for (int count = source.next(batch); count > 0; count = source.next(batch)) {
                rows.add(batch, count);
            }
        } else {
            gather(batches);
        }
    }

    /** Collects columns while they can be sorted, and goes on with rows when they cannot. */
    private void gather(BatchSource batches) throws Exception {
        ColumnBatch batch = batches.next();
        ColumnSort sort = batch != null && order instanceof NaturalOrder
                ? ColumnSort.of(batch.shape(), order == NaturalOrder.ASCENDING, space)
                : null;
        while (batch != null && sort != null && sort.add(batch)) {
            run.checkKilled();
            batch = batches.next();
        }
        if (batch == null && sort != null) {
            columns = closingBehind(sort.sorted());
            return;
        }
        rows = sort == null ? new RowSort(order, space) : sort.asRows(order);
        for (; batch != null; batch = batches.next()) {
            rows.add(batch);
        }
    }

    /** The same rows; behind the last of them memory and files are given back. */
    private BatchSource closingBehind(BatchSource sorted) {
        return new BatchSource() {
            @Override
            public ColumnBatch next() throws Exception {
                run.step();
                ColumnBatch batch = sorted.next();
                if (batch == null) {
                    close();
                }
                return batch;
            }

            @Override
            public void close() {
                sorted.close();
                space.close();
            }
        };
    }
}
