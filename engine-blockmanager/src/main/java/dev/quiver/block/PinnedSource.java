package dev.quiver.block;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import java.io.IOException;

/** A block in memory, pinned until it is read to the end or closed. */
final class PinnedSource implements BatchSource {
    private final MemoryStore memory;
    private MemoryStore.Entry entry;
    private int next;

    PinnedSource(MemoryStore memory, MemoryStore.Entry entry) {
        this.memory = memory;
        this.entry = entry;
    }

    @Override
    public ColumnBatch next() throws IOException {
        while (entry != null && next < entry.rows.batches()) {
            ColumnBatch batch = entry.rows.batch(next++);
            if (batch.rows() > 0) {
                return batch;
            }
        }
        close();
        return null;
    }

    @Override
    public void close() {
        if (entry != null) {
            memory.unpin(entry);
            entry = null;
        }
    }
}
