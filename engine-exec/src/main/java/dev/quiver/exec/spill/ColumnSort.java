package dev.quiver.exec.spill;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.sort.BatchMerge;
import dev.quiver.exec.kernel.sort.BatchSorter;
import dev.quiver.exec.kernel.sort.SortedRows;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Sorts pairs of one shape by key in natural order, as columns, however many there are: collects what memory allows, and
 * when it is refused more, sorts that and writes it as one run; at the end merges the runs with what is still in memory.
 * Rows whose key is null are equal to one another and come at one end, so they go to a run of their own as they come, and
 * take no part in merging. Belongs to the task's thread.
 */
public final class ColumnSort {
    private static final int BATCH_ROWS = 4096;
    private static final int MOST_CHUNK_ROWS = 1 << 16;

    private final Shape shape;
    private final boolean ascending;
    private final SortSpace space;
    private final BatchSorter sorter;
    private final SortedRuns runs;
    private SortedRun.Writer keyless;
    private long held;
    private long columnBytes;

    private ColumnSort(Shape shape, boolean ascending, SortSpace space, BatchSorter sorter) {
        this.shape = shape;
        this.ascending = ascending;
        this.space = space;
        this.sorter = sorter;
        this.runs = new SortedRuns(space);
        space.memory.spillWith(this::giveBack);
    }

    /** A sort of batches of a shape, or null when they cannot be sorted as columns. @param space borrowed */
    public static ColumnSort of(Shape shape, boolean ascending, SortSpace space) {
        BatchSorter sorter = BatchSorter.of(shape, ascending, space.mostRows, space.checkKilled);
        return sorter == null ? null : new ColumnSort(shape, ascending, space, sorter);
    }

    /** Takes a batch, which it keeps; or returns false, having changed nothing, when its shape differs. */
    public boolean add(ColumnBatch batch) throws Exception {
        if (!sorter.takes(batch)) {
            return false;
        }
        long bytes = batch.sizeBytes() + (long) batch.rows() * BatchSorter.ROW_BYTES;
        if (!sorter.hasRoom(batch) || !space.tryHold(bytes, held, 2 * space.chunkBytes)) {
            if (sorter.rows() > 0) {
                spill();
            }
            space.hold(bytes);
        }
        held += bytes;
        columnBytes += batch.sizeBytes();
        sorter.add(batch);
        return true;
    }

    /** Between two batches: another operator needs the memory. */
    private long giveBack() throws Exception {
        long before = held;
        if (sorter.rows() > 0) {
            spill();
        }
        return before - held;
    }

    private void spill() throws Exception {
        int chunkRows = chunkRows();
        write(sorter.sort(), chunkRows);
    }

    private void write(SortedRows rows, int chunkRows) throws Exception {
        SortedRun.Writer run = new SortedRun.Writer(space);
        run.chunks(rows.keyed(chunkRows));
        runs.add(run.end());
        BatchSource withoutKey = rows.keyless(chunkRows);
        for (ColumnBatch batch = withoutKey.next(); batch != null; batch = withoutKey.next()) {
            if (keyless == null) {
                keyless = new SortedRun.Writer(space);
            }
            keyless.add(batch);
        }
        space.memory.shrink(held);
        held = 0;
        columnBytes = 0;
    }

    private int chunkRows() {
        long rowBytes = columnBytes / Math.max(1, sorter.rows()) + 1;
        return (int) Math.max(1, Math.min(MOST_CHUNK_ROWS, space.chunkBytes / rowBytes));
    }

    /** All rows in order. Nothing can be added afterwards. Returned: the caller closes it, or the space behind it. */
    public BatchSource sorted() throws Exception {
        space.memory.spillWith(null);
        int chunkRows = chunkRows();
        boolean some = sorter.rows() > 0;
        SortedRows rest = sorter.sort();
        if (runs.isEmpty()) {
            SpillableSource all = new SpillableSource(rest.all(Math.min(BATCH_ROWS, chunkRows)));
            space.spillable(held, List.of(all));
            return all;
        }
        if (some && !space.memory.tryGrow(runs.bytesToMerge(runs.size() + 1))) {
            write(rest, chunkRows);
            some = false;
        }
        List<SortedRun> onDisk = some ? runs.all() : runs.toMerge(this::merged);
        List<BatchSource> sources = new ArrayList<>();
        onDisk.forEach(run -> sources.add(run.read()));
        List<BatchSource> withoutKey = new ArrayList<>();
        if (keyless != null) {
            withoutKey.add(keyless.end().read());
        }
        if (some) {
            SpillableSource keyed = new SpillableSource(rest.keyed(chunkRows));
            SpillableSource nullKeys = new SpillableSource(rest.keyless(chunkRows));
            sources.add(keyed);
            withoutKey.add(nullKeys);
            space.spillable(held, List.of(keyed, nullKeys));
        }
        BatchSource nulls = BatchSource.of(withoutKey.toArray(BatchSource[]::new));
        BatchSource others = merge(sources);
        return ascending ? BatchSource.of(nulls, others) : BatchSource.of(others, nulls);
    }

    private BatchSource merge(List<BatchSource> sources) {
        return new BatchMerge(shape, ascending, sources, BATCH_ROWS, space.chunkBytes, space.checkKilled);
    }

    private SortedRun merged(List<SortedRun> some) throws Exception {
        SortedRun.Writer run = new SortedRun.Writer(space);
        try (BatchSource rows = merge(some.stream().map(SortedRun::read).toList())) {
            for (ColumnBatch batch = rows.next(); batch != null; batch = rows.next()) {
                run.add(batch);
            }
        }
        return run.end();
    }

    /**
     * Goes on as a sort of objects, because rows came that are not of this shape. What is in memory becomes objects when
     * there is room for them, else a run.
     *
     * @param order the natural one of this sort, of keys
     */
    public RowSort asRows(Comparator<Object> order) throws Exception {
        RowSort rows = new RowSort(order, space, runs);
        if (rows.hasRoom(sorter.batches())) {
            for (ColumnBatch batch : sorter.batches()) {
                rows.add(batch);
            }
            space.memory.shrink(held);
            held = 0;
        } else {
            spill();
        }
        if (keyless != null) {
            runs.addOldest(keyless.end());
        }
        return rows;
    }
}
