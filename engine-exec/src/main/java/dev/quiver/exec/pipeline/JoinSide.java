package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.OpaqueParts;
import dev.quiver.exec.task.OperatorMemory;
import dev.quiver.exec.task.SpillFile;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;

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
    private SpillFile file;
    private BatchSource onDisk;

    JoinSide(BatchSource source, OperatorMemory memory) {
        this.source = source;
        this.memory = memory;
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

    /** What was read ahead, if it is in memory. */
    Iterable<ColumnBatch> ahead() {
        return ahead;
    }

    /** Puts what was read ahead on disk. @param into transferred: closed when it was read, or with this */
    void drop(SpillFile into) throws IOException {
        file = into;
        for (ColumnBatch batch = ahead.poll(); batch != null; batch = ahead.poll()) {
            file.append(0, batch);
            memory.shrink(batch.sizeBytes());
        }
        onDisk = file.read(0);
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
        ColumnBatch batch = ahead.poll();
        if (batch != null) {
            memory.shrink(batch.sizeBytes());
            return batch;
        }
        return ended ? null : source.next();
    }

    private void closeFile() {
        if (onDisk != null) {
            onDisk.close();
            onDisk = null;
            file.close();
        }
    }

    @Override
    public void close() {
        closeFile();
        source.close();
    }
}
