package dev.quiver.block;

import dev.quiver.block.memory.MemoryMode;
import dev.quiver.block.wire.FrameWriter;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.ColumnBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;

/** Batches on the heap, by reference: the collector frees them. */
final class HeapRows implements BlockRows {
    private final ArrowBatches arrow;
    private final ArrayList<ColumnBatch> batches = new ArrayList<>();

    HeapRows(ArrowBatches arrow) {
        this.arrow = arrow;
    }

    @Override
    public MemoryMode mode() {
        return MemoryMode.HEAP;
    }

    @Override
    public long sizeOf(ColumnBatch batch) {
        return batch.sizeBytes();
    }

    @Override
    public boolean add(ColumnBatch batch) {
        return batches.add(batch);
    }

    @Override
    public void complete() {
        batches.trimToSize();
    }

    @Override
    public int batches() {
        return batches.size();
    }

    @Override
    public ColumnBatch batch(int index) {
        return batches.get(index);
    }

    @Override
    public void send(FrameWriter into) throws IOException {
        byte[] current = null;
        for (ColumnBatch batch : batches) {
            byte[] schema = arrow.schemaMessage(batch);
            if (!Arrays.equals(schema, current)) {
                into.schema(schema);
                current = schema;
            }
            into.batch(arrow.batchMessage(batch));
        }
    }

    @Override
    public void write(DiskWriter into) throws IOException {
        for (ColumnBatch batch : batches) {
            into.write(batch);
        }
    }

    @Override
    public void close() {
        // Readers that are under way hold the batches they read.
    }
}
