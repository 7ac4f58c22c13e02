package dev.quiver.exec.kernel.sort;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.gather.RowGather;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sorted runs of pairs as one: by key in natural order, rows of equal keys run by run. Holds one chunk of each run. Rows
 * are picked by name and copied column by column, at the latest when a chunk they lie in is used up; a chunk that comes
 * before all other rows as it is, as with runs of input that was sorted already, is passed on itself. Belongs to one thread.
 */
public final class BatchMerge implements BatchSource {
    /** After so many rows of one run one after another it is worth searching where that ends. */
    private static final int STRETCH = 16;

    private final Shape shape;
    private final List<BatchSource> runs;
    private final long batchBytes;
    private final Runnable checkKilled;
    private final ChunkKeys keys;
    private final int[] next;
    private final int[] rows;
    private final ColumnBatch[] chunks;
    private final long[] rowBytes;
    private final long[] ids;

    /** Those of the runs that have any rows. */
    private final List<BatchSource> sources = new ArrayList<>();

    private LoserTree tree;
    private RowGather gather;
    private int picked;
    private int mostPicked;
    private int lastRun = -1;
    private int stretch;

    /**
     * @param shape       of all rows, one that {@link BatchSorter} sorts
     * @param runs        each in order, with no key null, the oldest first; transferred: closed with this
     * @param batchRows   most rows in a batch, but for chunks that are passed on
     * @param batchBytes  bytes of a batch that are not exceeded by much; a batch has one row at least
     * @param checkKilled called once a batch, to throw when the task shall stop
     */
    public BatchMerge(
            Shape shape,
            boolean ascending,
            List<BatchSource> runs,
            int batchRows,
            long batchBytes,
            Runnable checkKilled) {
        this.shape = shape;
        this.runs = List.copyOf(runs);
        this.batchBytes = batchBytes;
        this.checkKilled = checkKilled;
        this.keys = new ChunkKeys((Shape.Scalar) ((Shape.PairOf) shape).key(), ascending, runs.size());
        this.next = new int[runs.size()];
        this.rows = new int[runs.size()];
        this.chunks = new ColumnBatch[runs.size()];
        this.rowBytes = new long[runs.size()];
        this.ids = new long[batchRows];
    }

    @Override
    public ColumnBatch next() throws Exception {
        checkKilled.run();
        if (tree == null) {
            open();
        }
        while (tree.size() > 0) {
            int run = tree.winner();
            int end = end(run);
            if (next[run] == 0 && end == rows[run]) {
                if (picked > 0) {
                    stretch = STRETCH;
                    return gathered();
                }
                ColumnBatch whole = chunks[run];
                advance(run);
                return whole;
            }
            end = Math.min(end, next[run] + mostPicked - picked);
            for (int row = next[run]; row < end; row++) {
                ids[picked++] = RowGather.id(run, row);
            }
            next[run] = end;
            if (end == rows[run]) {
                ColumnBatch batch = gathered();
                advance(run);
                return batch;
            }
            keys.head(run, end);
            tree.replay();
            if (picked >= mostPicked) {
                return gathered();
            }
        }
        return null;
    }

    /** Row behind the last one of the winner's chunk that is known to come before all other runs'. */
    private int end(int run) {
        if (tree.size() == 1) {
            return rows[run];
        }
        if (run != lastRun) {
            lastRun = run;
            stretch = 0;
        }
        if (++stretch < STRETCH) {
            return next[run] + 1;
        }
        int end = keys.endBefore(run, next[run], rows[run], tree.runnerUp());
        stretch = end - next[run] < STRETCH ? 0 : STRETCH;
        return end;
    }

    private void open() throws Exception {
        List<ColumnBatch> first = new ArrayList<>();
        for (BatchSource run : runs) {
            ColumnBatch chunk = run.next();
            if (chunk != null) {
                first.add(chunk);
                sources.add(run);
            }
        }
        for (int run = 0; run < first.size(); run++) {
            take(run, first.get(run));
        }
        if (!first.isEmpty()) {
            gather = RowGather.of(first, 0, first.get(0).columns().size());
        }
        tree = new LoserTree(first.size(), keys);
    }

    private void take(int run, ColumnBatch chunk) {
        chunks[run] = chunk;
        rows[run] = chunk.rows();
        next[run] = 0;
        keys.chunk(run, chunk);
        rowBytes[run] = chunk.sizeBytes() / chunk.rows() + 1;
        long most = Arrays.stream(rowBytes).max().orElseThrow();
        mostPicked = (int) Math.max(1, Math.min(ids.length, batchBytes / most));
    }

    /** The chunk of the winner is used up, and all of its rows are copied. */
    private void advance(int run) throws Exception {
        ColumnBatch chunk = sources.get(run).next();
        if (chunk == null) {
            sources.get(run).close();
            gather.replace(run, new ColumnBatch(chunks[run].shape(), 0, gather.take(ids, 0, 0)));
            chunks[run] = null;
            rowBytes[run] = 0;
            keys.forget(run);
            tree.remove();
            return;
        }
        gather.replace(run, chunk);
        take(run, chunk);
        tree.replay();
    }

    /** The rows picked so far. */
    private ColumnBatch gathered() {
        ColumnBatch batch = new ColumnBatch(shape, picked, gather.take(ids, 0, picked));
        picked = 0;
        return batch;
    }

    @Override
    public void close() {
        for (BatchSource run : runs) {
            run.close();
        }
    }
}
