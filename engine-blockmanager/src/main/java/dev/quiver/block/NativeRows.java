package dev.quiver.block;

import dev.quiver.block.memory.MemoryMode;
import dev.quiver.block.memory.NativeBytes;
import dev.quiver.block.memory.NativeMemory;
import dev.quiver.block.wire.FrameWriter;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.arrow.MessageBuffer;
import dev.quiver.exec.column.ColumnBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;

/**
 * Batches outside the heap, as the Arrow messages that stand in files and on the wire: what is sent from here is copied,
 * and what is read is decoded, a batch at a time.
 */
final class NativeRows implements BlockRows {
    private final ArrowBatches arrow;
    private final NativeMemory memory;
    private final ArrayList<Message> messages = new ArrayList<>();

    /** Where the batch is encoded that is about to be added; null once all were. */
    private MessageBuffer encoded = new MessageBuffer();

    /** @param schema shared by all of one shape */
    private record Message(byte[] schema, NativeBytes bytes) {}

    NativeRows(ArrowBatches arrow, NativeMemory memory) {
        this.arrow = arrow;
        this.memory = memory;
    }

    @Override
    public MemoryMode mode() {
        return MemoryMode.OFF_HEAP;
    }

    @Override
    public long sizeOf(ColumnBatch batch) {
        arrow.batchMessage(batch, encoded);
        return encoded.length();
    }

    @Override
    public boolean add(ColumnBatch batch) {
        NativeBytes bytes = memory.copyOf(encoded.bytes(), encoded.length());
        if (bytes == null) {
            return false;
        }
        messages.add(new Message(arrow.schemaMessage(batch), bytes));
        return true;
    }

    @Override
    public void complete() {
        encoded = null;
        messages.trimToSize();
    }

    @Override
    public int batches() {
        return messages.size();
    }

    @Override
    public ColumnBatch batch(int index) throws IOException {
        Message message = messages.get(index);
        return arrow.decode(message.schema(), message.bytes().view());
    }

    @Override
    public void send(FrameWriter into) throws IOException {
        byte[] current = null;
        for (Message message : messages) {
            if (!Arrays.equals(message.schema(), current)) {
                into.schema(message.schema());
                current = message.schema();
            }
            into.batch(message.bytes().view());
        }
    }

    @Override
    public void write(DiskWriter into) throws IOException {
        for (int index = 0; index < messages.size(); index++) {
            into.write(batch(index));
        }
    }

    @Override
    public void close() {
        messages.forEach(message -> message.bytes().close());
    }
}
