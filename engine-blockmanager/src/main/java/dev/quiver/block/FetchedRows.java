package dev.quiver.block;

import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.Reservation;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.id.BlockId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of a block that comes from another process: in memory while there is room for them, and otherwise in a file
 * that goes with its reader. Belongs to one thread.
 */
final class FetchedRows implements AutoCloseable {
    private final DiskStore disk;
    private final BlockId block;
    private final long mostInMemory;
    private final Reservation held;
    private final List<ColumnBatch> batches = new ArrayList<>();
    private DiskWriter file;

    /** @param mostInMemory bytes above which they go to disk though there be room */
    FetchedRows(BlockId block, MemoryBudget budget, DiskStore disk, long mostInMemory) {
        this.disk = disk;
        this.block = block;
        this.mostInMemory = mostInMemory;
        // What is held for storage evicts nothing by itself: reading one cached block must not cost another its place.
        this.held = budget.storage("fetched block " + block.name());
    }

    /** @throws IOException if there is no room on disk either */
    void add(ColumnBatch batch) throws IOException {
        if (batch.rows() == 0) {
            return;
        }
        if (file == null) {
            if (held.bytes() + batch.sizeBytes() <= mostInMemory && held.tryGrow(batch.sizeBytes())) {
                batches.add(batch);
                return;
            }
            file = disk.temporary(block);
            for (ColumnBatch before : batches) {
                file.write(before);
            }
            batches.clear();
            held.shrink(held.bytes());
        }
        file.write(batch);
    }

    /** All rows that were added. Nothing more is to be added. @return returned; its memory or file goes with it */
    BatchSource source() throws IOException {
        if (file == null) {
            return new InMemory(BatchSource.of(List.copyOf(batches)), held);
        }
        DiskBlock written = file.publish();
        held.close();
        try {
            return new OnDisk(disk.reader(block, written), written);
        } catch (IOException failed) {
            DiskFolder.delete(written);
            throw failed;
        }
    }

    /** Drops all; for rows that did not come to their end. */
    @Override
    public void close() {
        batches.clear();
        held.close();
        if (file != null) {
            file.close();
        }
    }

    private record InMemory(BatchSource batches, Reservation held) implements BatchSource {
        @Override
        public ColumnBatch next() throws Exception {
            return batches.next();
        }

        @Override
        public void close() {
            held.close();
        }
    }

    private record OnDisk(DiskReader reader, DiskBlock written) implements BatchSource {
        @Override
        public ColumnBatch next() throws IOException {
            return reader.next();
        }

        @Override
        public void close() {
            reader.close();
            DiskFolder.delete(written);
        }
    }
}
