package dev.quiver.exec.spill;

import dev.quiver.Pair;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.BatchSink;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.OpaqueParts;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.kernel.partition.PartitionTargets;
import dev.quiver.exec.kernel.partition.PartitionedColumns;
import dev.quiver.exec.task.SpillFile;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pairs on disk, dealt out over {@link #RUNS} runs by their keys, so that equal keys are in one run and a run is a part of
 * the work that can be done by itself (as in GRACE and hybrid hash joins: Kitsuregawa 1983, DeWitt 1984). What a run holds
 * may again be too much: then it is dealt out once more at the next level, where keys part in other ways. A key that is in
 * columns and the same key as an object go to the same run. Belongs to one task.
 */
public final class SpilledKeys implements BatchSink, AutoCloseable {
    /** Into how many parts the keys of one level are dealt. */
    public static final int RUNS = 1 << 4;

    /**
     * Keys that are still together at this level agree in all of their hash: dealing them out again would not part them.
     */
    public static final int LEVELS = 8;

    /** Chunks of half a mebibyte for each run. */
    private static final long MOST_BUFFER_BYTES = RUNS << 19;

    private static final long LEAST_BUFFER_BYTES = 64 << 10;
    private static final long BUFFER_PART = 8;

    /** Rows of more shapes than this are not worth buffers each; those after the first have smaller ones. */
    private static final int MOST_SHAPES = 4;

    private final SpillFile file;
    private final int level;
    private final long bufferBytes;
    private final ValueSerializer serializer;
    private final ClassLoader loader;
    private final Map<Shape, BatchSink> columns = new HashMap<>();
    private final List<Flush> flushes = new ArrayList<>();
    private final int[] hashes = new int[RUNS];
    private final boolean[] hasRows = new boolean[RUNS];
    private final boolean[] parts = new boolean[RUNS];
    private BatchBuilder[] builders;
    private long builtBytes;

    /** Appends what was collected of the rows of one shape. */
    private interface Flush {
        void run() throws Exception;
    }

    /**
     * @param file        transferred: closed with this
     * @param level       from 0; that of the run that is dealt out, plus one
     * @param bufferBytes most bytes that are collected before they are appended, about
     */
    public SpilledKeys(SpillFile file, int level, long bufferBytes, ValueSerializer serializer, ClassLoader loader) {
        this.file = file;
        this.level = level;
        this.bufferBytes = bufferBytes;
        this.serializer = serializer;
        this.loader = loader;
    }

    /** The run that keys with a hash go to at a level. */
    static int run(int hash, int level) {
        // The partitioner took the hash modulo something; every level must see other bits of it.
        long mixed = (hash ^ (level + 1) * 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return (int) (mixed >>> Long.SIZE - Integer.numberOfTrailingZeros(RUNS));
    }

    /** A good size for what is collected before it is appended, for a task that may hold so much. */
    public static long bufferBytes(long share) {
        return Math.max(LEAST_BUFFER_BYTES, Math.min(MOST_BUFFER_BYTES, share / BUFFER_PART));
    }

    public int level() {
        return level;
    }

    private int runOf(int hash) {
        int run = run(hash, level);
        if (hash != hashes[run]) {
            parts[run] |= hasRows[run];
            hashes[run] = hash;
        }
        hasRows[run] = true;
        return run;
    }

    /** Puts rows aside, which are pairs. @param rows borrowed */
    @Override
    public void accept(ColumnBatch rows) throws Exception {
        if (rows.rows() == 0) {
            return;
        }
        ColumnBatch batch = OpaqueParts.withoutReasons(rows);
        BatchSink known = columns.get(batch.shape());
        if (known == null && columns.size() < MOST_SHAPES && batch.shape() instanceof Shape.PairOf pair) {
            known = columnsFor(pair, batch);
            columns.put(pair, known);
        }
        if (known != null) {
            known.accept(batch);
            return;
        }
        RowReader pairs = new RowReader(batch, serializer, loader);
        for (int row = 0; row < batch.rows(); row++) {
            add(pairs.row(row));
        }
    }

    private BatchSink columnsFor(Shape.PairOf pair, ColumnBatch first) {
        PartitionTargets targets = (pairs, into) -> {
            KeysOfRows.hashes(pair, pairs, serializer, loader, into);
            for (int row = 0; row < pairs.rows(); row++) {
                into[row] = runOf(into[row]);
            }
        };
        long most = columns.isEmpty() ? bufferBytes : bufferBytes / MOST_SHAPES;
        Optional<PartitionedColumns> scattered = PartitionedColumns.like(first, RUNS, targets, file::append, most);
        if (scattered.isPresent()) {
            flushes.add(scattered.get()::flush);
            return scattered.get();
        }
        GatheredRuns gathered = new GatheredRuns(file, () -> new BatchBuilder(pair, serializer, loader), most);
        flushes.add(gathered::flush);
        return batch -> {
            int[] runOf = new int[batch.rows()];
            targets.of(batch, runOf);
            gathered.accept(batch, runOf);
        };
    }

    /** Puts a pair aside that is an object. */
    public void add(Object pair) throws Exception {
        int run = runOf(KeysOfRows.hash(((Pair<?, ?>) pair).key()));
        if (builders == null) {
            builders = new BatchBuilder[RUNS];
        }
        BatchBuilder builder = builders[run];
        if (builder == null) {
            builder = builders[run] =
                    new BatchBuilder(new Shape.PairOf(Shape.UNKNOWN, Shape.UNKNOWN), serializer, loader);
        }
        long before = builder.sizeBytes();
        builder.append(pair);
        builtBytes += builder.sizeBytes() - before;
        if (builtBytes >= bufferBytes || builder.isFull()) {
            appendBuilt();
        }
    }

    private void appendBuilt() throws Exception {
        for (int run = 0; builders != null && run < RUNS; run++) {
            if (builders[run] != null && builders[run].rows() > 0) {
                file.append(run, OpaqueParts.withoutReasons(builders[run].seal()));
            }
        }
        builtBytes = 0;
    }

    /** Writes what was collected. After it, runs can be read; more rows may still be put aside, and need it again. */
    public void flush() throws Exception {
        for (Flush collected : flushes) {
            collected.run();
        }
        appendBuilt();
    }

    /** The pairs of a run, all of those flushed. Returned: the caller closes it. */
    public BatchSource read(int run) {
        return file.read(run);
    }

    /** Pairs in a run. */
    public long rows(int run) {
        return file.rows(run);
    }

    /** Bytes they take as columns in memory. */
    public long bytes(int run) {
        return file.bytes(run);
    }

    /** Whether all keys of a run that has any have one hash: then no level parts them. */
    public boolean isOneHash(int run) {
        return hasRows[run] && !parts[run];
    }

    /** The hash of a key in a run: that of all of them if {@link #isOneHash}. */
    int hash(int run) {
        return hashes[run];
    }

    /** Deletes everything. Closing twice is harmless. */
    @Override
    public void close() {
        file.close();
    }
}
