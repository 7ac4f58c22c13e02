package dev.quiver.exec.spill;

import dev.quiver.Pair;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.OpaqueParts;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.memory.RowSizes;
import dev.quiver.exec.task.SpillFile;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys with a list of values for each of some inputs, on disk: what is left of a result that was grouped in memory, when the
 * memory is needed. It is grouped already, so nothing has to be looked up when it is read again, and a list is written value
 * by value, so that it may be as long as it likes:
 *
 * <pre>
 * run 0          each key, with how many values it has of each input
 * run 1 + input  the values of an input, those of a key together, in the order of the keys
 * </pre>
 *
 * <p>In memory are a chunk of each run, and the list that is being read. Belongs to one task.
 */
public final class SpilledLists implements AutoCloseable {
    private static final long MOST_CHUNK_BYTES = 1 << 18;
    private static final int CHUNKS_A_SHARE = 64;
    private static final int KEYS = 0;
    private static final int WATCHED = 4096;

    private final int inputs;
    private final SpillFile file;
    private final long chunkBytes;
    private final ValueSerializer serializer;
    private final ClassLoader loader;
    private final BatchBuilder[] builders;
    private final Run[] runs;
    private final RowSizes sizes;
    private Pair<?, ?> current;

    /** Told how large the lists of a key grow. */
    public interface Watch {
        /**
         * @param values that the key has
         * @param read   how many of them were read
         * @param bytes  that these take as objects, about
         */
        void grew(Object key, long values, long read, long bytes);
    }

    /** The rows of a run, one after another. */
    private final class Run {
        private final BatchSource chunks;
        private RowReader chunk;
        private int row;

        /** Bytes of a row of the chunk as an object, about. */
        private double rowBytes;

        Run(int number) {
            chunks = file.read(number);
        }

        /** Whether there is another row. */
        boolean hasNext() throws Exception {
            if (chunk == null || row == chunk.rows()) {
                chunk = null;
                row = 0;
                ColumnBatch next = chunks.next();
                if (next != null) {
                    chunk = new RowReader(next, serializer, loader);
                    rowBytes = sizes.ofRows(next) / (double) next.rows();
                }
            }
            return chunk != null;
        }

        Object next() throws Exception {
            if (!hasNext()) {
                throw new IllegalStateException("lists on disk have fewer values than their keys say");
            }
            return chunk.row(row++);
        }
    }

    /**
     * @param file       transferred: closed with this
     * @param chunkBytes of what is appended at a time, about
     */
    public SpilledLists(int inputs, SpillFile file, long chunkBytes, ValueSerializer serializer, ClassLoader loader) {
        this.inputs = inputs;
        this.file = file;
        this.chunkBytes = chunkBytes;
        this.serializer = serializer;
        this.loader = loader;
        this.builders = new BatchBuilder[1 + inputs];
        this.runs = new Run[1 + inputs];
        this.sizes = new RowSizes(serializer, loader);
    }

    /** A good size for chunks, of which one of each run is in memory, for a task that may hold so much. */
    public static long chunkBytes(long share) {
        return Math.max(1, Math.min(MOST_CHUNK_BYTES, share / CHUNKS_A_SHARE));
    }

    /** Appends keys. @param keys pairs of a key and a list of how many values it has of each input; borrowed */
    public void keys(ColumnBatch keys) throws IOException {
        file.append(KEYS, OpaqueParts.withoutReasons(keys));
    }

    /** Appends values of an input. @param values borrowed */
    public void values(int input, ColumnBatch values) throws IOException {
        file.append(1 + input, OpaqueParts.withoutReasons(values));
    }

    /** Appends a key with its lists, of which those that are null are empty. */
    public void add(Object key, List<?>[] lists) throws IOException {
        List<Integer> counts = new ArrayList<>(inputs);
        for (int input = 0; input < inputs; input++) {
            counts.add(lists[input] == null ? 0 : lists[input].size());
            for (Object value : lists[input] == null ? List.of() : lists[input]) {
                append(1 + input, value);
            }
        }
        append(KEYS, new Pair<>(key, counts));
    }

    private void append(int run, Object row) throws IOException {
        if (builders[run] == null) {
            builders[run] = new BatchBuilder(Shape.UNKNOWN, serializer, loader);
        }
        builders[run].append(row);
        if (builders[run].sizeBytes() >= chunkBytes || builders[run].isFull()) {
            flush(run);
        }
    }

    private void flush(int run) throws IOException {
        if (builders[run] != null && builders[run].rows() > 0) {
            file.append(run, OpaqueParts.withoutReasons(builders[run].seal()));
        }
    }

    /** Writes what was collected: from now on this is read. */
    public void written() throws IOException {
        for (int run = 0; run < runs.length; run++) {
            flush(run);
            builders[run] = null;
            runs[run] = new Run(run);
        }
    }

    /** Whether there is another key; the next methods tell of it. */
    public boolean hasNext() throws Exception {
        if (current == null && runs[KEYS].hasNext()) {
            current = (Pair<?, ?>) runs[KEYS].next();
        }
        return current != null;
    }

    /** How many values the key has of all inputs. */
    public long values() {
        long values = 0;
        for (int input = 0; input < inputs; input++) {
            values += count(input);
        }
        return values;
    }

    private int count(int input) {
        return (int) ((List<?>) current.value()).get(input);
    }

    /** The key. */
    public Object key() {
        return current.key();
    }

    /** Reads the values of the key, and goes on to the next one. @return a list for each input; returned to the caller */
    public List<List<Object>> lists(Watch watch) throws Exception {
        List<List<Object>> lists = new ArrayList<>(inputs);
        long all = values();
        long read = 0;
        double bytes = 0;
        for (int input = 0; input < inputs; input++) {
            int count = count(input);
            List<Object> list = new ArrayList<>(count);
            for (int value = 0; value < count; value++) {
                list.add(runs[1 + input].next());
                bytes += runs[1 + input].rowBytes;
                if (++read % WATCHED == 0) {
                    watch.grew(key(), all, read, (long) bytes);
                }
            }
            lists.add(list);
        }
        watch.grew(key(), all, read, (long) bytes);
        current = null;
        return lists;
    }

    /** Deletes what was not read. Closing twice is harmless. */
    @Override
    public void close() {
        file.close();
    }
}
