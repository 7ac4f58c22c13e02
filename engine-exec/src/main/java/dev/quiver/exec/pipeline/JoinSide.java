package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.OpaqueParts;
import dev.quiver.exec.task.OperatorMemory;
import dev.quiver.exec.task.SpillFile;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;

/**
 * One input of a join: can be read ahead, and then still be read from its start. What it read ahead it keeps in memory,
 * which it asks for, or on disk.
 */
final class JoinSide implements BatchSource {
    private final BatchSource source;
    private final OperatorMemory memory;
    private final Queue<ColumnBatch> ahead = new ArrayDeque<>();
    private SideShape shape;
    private long aheadBytes;
    private long aheadRows;
    private boolean ended;
    private boolean refused;
    private final Supplier<SpillFile> files;
    private long inMemory;
    private int drops;
    private SpillFile file;
    private BatchSource onDisk;

    /** @param files makes one for what does not stay in memory */
    JoinSide(BatchSource source, OperatorMemory memory, Supplier<SpillFile> files) {
        this.source = source;
        this.memory = memory;
        this.files = files;
    }

    /** Reads one more batch ahead; false when there is none. */
    boolean readAhead() throws Exception {
        ColumnBatch read = source.next();
        if (read == null) {
            ended = true;
            return false;
        }
        ColumnBatch batch = OpaqueParts.withoutReasons(read);
        if (shape == null) {
            shape = SideShape.of(batch);
        }
        long bytes = batch.sizeBytes();
        if (!memory.tryGrow(bytes)) {
            memory.force(bytes);
            refused = true;
        }
        ahead.add(batch);
        inMemory += bytes;
        aheadBytes += bytes;
        aheadRows += batch.rows();
        return true;
    }

    /** Whether there is no memory to read more ahead. */
    boolean isRefused() {
        return refused;
    }

    /** Whether all of it was read ahead. */
    boolean isEnded() {
        return ended;
    }

    /** Bytes that were read ahead. */
    long aheadBytes() {
        return aheadBytes;
    }

    long aheadRows() {
        return aheadRows;
    }

    SideShape shape() {
        return shape == null ? SideShape.UNKNOWN : shape;
    }

    /** What was read ahead and is in memory. */
    Iterable<ColumnBatch> ahead() {
        return ahead;
    }

    /** Bytes of {@link #ahead}. */
    long inMemoryBytes() {
        return inMemory;
    }

    /** Whether some of what was read ahead is on disk. */
    boolean isOnDisk() {
        return onDisk != null;
    }

    /** Puts what was read ahead on disk, as far as it is in memory. Its rows come in another order then. */
    void drop() throws IOException {
        if (file == null) {
            file = files.get();
        }
        int run = drops++;
        for (ColumnBatch batch = polled(); batch != null; batch = polled()) {
            file.append(run, batch);
        }
        BatchSource dropped = file.read(run);
        onDisk = onDisk == null ? dropped : BatchSource.of(onDisk, dropped);
    }

    private ColumnBatch polled() {
        ColumnBatch batch = ahead.poll();
        if (batch != null) {
            inMemory -= batch.sizeBytes();
            memory.shrink(batch.sizeBytes());
        }
        return batch;
    }

    @Override
    public ColumnBatch next() throws Exception {
        if (onDisk != null) {
            ColumnBatch batch = onDisk.next();
            if (batch != null) {
                return batch;
            }
            closeFile();
        }
        ColumnBatch batch = polled();
        return batch != null || ended ? batch : source.next();
    }

    private void closeFile() {
        if (onDisk != null) {
            onDisk.close();
            onDisk = null;
            file.close();
            file = null;
        }
    }

    @Override
    public void close() {
        closeFile();
        source.close();
    }
}
