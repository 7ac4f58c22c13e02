package dev.quiver.exec.spill;

import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.task.OperatorMemory;
import dev.quiver.exec.task.SpillFile;
import dev.quiver.exec.task.TaskServices;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * What one sort has of its task: memory under its name, files for runs, and how large their chunks shall be. Everything
 * here is closed with it. Belongs to the task's thread.
 */
public final class SortSpace implements AutoCloseable {
    private static final long LARGEST_CHUNK = 1 << 20;
    private static final long SMALLEST_CHUNK = 1 << 12;
    private static final int MOST_ROWS = Integer.MAX_VALUE - 16;

    /**
     * A sort takes memory for so many chunks, a small part of the task's share, even when others hold all of it: with runs
     * of a chunk each, of which two are merged at a time, rows would be written again and again.
     */
    static final int FEWEST_CHUNKS = 8;

    /** Chunks that fit into the memory of a task, and with it about how many runs are merged at once. */
    private static final int CHUNKS_A_SHARE = 64;

    private final TaskServices services;
    private final String operator;
    private final List<SpillFile> files = new ArrayList<>();

    final OperatorMemory memory;
    final ValueSerializer serializer;
    final ClassLoader loader;
    final Runnable checkKilled;

    /** No more rows than this are sorted at once. */
    final int mostRows;

    /** Bytes of a chunk of a run, about, and of the batches that merged runs come in. */
    final long chunkBytes;

    /**
     * @param operator    as users know it, for messages
     * @param checkKilled throws when the task shall stop; called at least once a batch
     */
    public SortSpace(
            TaskServices services,
            String operator,
            ValueSerializer serializer,
            ClassLoader loader,
            Runnable checkKilled) {
        this(services, operator, serializer, loader, checkKilled, MOST_ROWS);
    }

    /** @param mostRows rows that are sorted at once at most; no array holds all there may be */
    public SortSpace(
            TaskServices services,
            String operator,
            ValueSerializer serializer,
            ClassLoader loader,
            Runnable checkKilled,
            int mostRows) {
        this.services = services;
        this.operator = operator;
        this.memory = services.memory(operator);
        this.serializer = serializer;
        this.loader = loader;
        this.checkKilled = checkKilled;
        this.mostRows = mostRows;
        this.chunkBytes = Math.max(SMALLEST_CHUNK, Math.min(LARGEST_CHUNK, memory.share() / CHUNKS_A_SHARE));
    }

    /** A file for one run; closed with this, or before by {@link #drop}. */
    SpillFile open() {
        SpillFile file = services.spill(operator);
        files.add(file);
        return file;
    }

    void drop(SpillFile file) {
        files.remove(file);
        file.close();
    }

    BatchBuilder builder(Shape hint) {
        return new BatchBuilder(hint, serializer, loader);
    }

    /** Holds so many bytes more even when there is no room for them: what has no alternative. */
    void hold(long bytes) {
        if (!memory.tryGrow(bytes)) {
            memory.force(bytes);
        }
    }

    /**
     * Holds so many bytes more for rows.
     *
     * @param held    bytes that are held for rows already
     * @param writing bytes for which there must be room besides, to write those rows as a run
     * @return false when there is no room, and those that are held are worth a run
     */
    boolean tryHold(long bytes, long held, long writing) {
        if (memory.tryGrow(bytes + writing)) {
            memory.shrink(writing);
            return true;
        }
        if (held + bytes > FEWEST_CHUNKS * chunkBytes) {
            return false;
        }
        hold(bytes);
        return true;
    }

    /**
     * Has rows go to disk when another operator of the task needs their memory.
     *
     * @param bytes   that all of them hold together
     * @param sources give the rows
     */
    void spillable(long bytes, List<SpillableSource> sources) {
        memory.spillWith(() -> {
            memory.spillWith(null);
            boolean any = false;
            for (SpillableSource source : sources) {
                if (source.isInMemory()) {
                    any = true;
                    source.moveTo(open());
                }
            }
            memory.shrink(any ? bytes : 0);
            return any ? bytes : 0;
        });
    }

    /** Deletes all runs and gives the memory back. Closing twice is harmless. */
    @Override
    public void close() {
        files.forEach(SpillFile::close);
        files.clear();
        memory.close();
    }
}
