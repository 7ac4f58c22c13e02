package dev.quiver.block;

import dev.quiver.block.wire.BlockFrames;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.arrow.ArrowFileFormat;
import dev.quiver.exec.column.ColumnBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes one block as Arrow files, one for each schema among its batches. Belongs to one thread. */
final class DiskWriter implements AutoCloseable {
    private final String name;
    private final DiskFolder folder;
    private final ArrowBatches arrow;
    private final List<OpenPart> parts = new ArrayList<>();
    private final List<DiskBlock.Message> messages = new ArrayList<>();

    /** A file that is being written. */
    private static final class OpenPart {
        final Path file;
        final Path written;
        final FileChannel channel;
        final byte[] schema;
        final List<ArrowFileFormat.Block> batches = new ArrayList<>();
        long length;

        OpenPart(Path file, Path written, byte[] schema) throws IOException {
            this.file = file;
            this.written = written;
            this.schema = schema;
            this.channel = FileChannel.open(written, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }

        void append(byte[] bytes) throws IOException {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            length += bytes.length;
        }
    }

    /** @param name how its files are called, without what stands behind the dot */
    DiskWriter(String name, DiskFolder folder, ArrowBatches arrow) {
        this.name = name;
        this.folder = folder;
        this.arrow = arrow;
    }

    void write(ColumnBatch batch) throws IOException {
        int index = partFor(arrow.schemaMessage(batch));
        OpenPart part = parts.get(index);
        byte[] message = arrow.batchMessage(batch);
        part.batches.add(ArrowFileFormat.block(part.length, message));
        int checksum = BlockFrames.checksum(ByteBuffer.wrap(message));
        messages.add(new DiskBlock.Message(index, part.length, message.length, checksum));
        part.append(message);
    }

    private int partFor(byte[] schema) throws IOException {
        for (int index = parts.size() - 1; index >= 0; index--) {
            if (Arrays.equals(parts.get(index).schema, schema)) {
                return index;
            }
        }
        String suffix = parts.isEmpty() ? ".arrow" : "." + parts.size() + ".arrow";
        Path file = folder.file(name + suffix);
        OpenPart part = new OpenPart(file, folder.pending(file), schema);
        parts.add(part);
        part.append(ArrowFileFormat.head());
        part.append(schema);
        return parts.size() - 1;
    }

    /** Completes the files and gives them their names. */
    DiskBlock publish() throws IOException {
        for (OpenPart part : parts) {
            part.append(ArrowFileFormat.tail(part.schema, part.batches));
            part.channel.close();
        }
        List<DiskBlock.Part> published = new ArrayList<>();
        try {
            for (OpenPart part : parts) {
                DiskFolder.publish(part.written, part.file);
                published.add(new DiskBlock.Part(part.file, part.schema, part.length));
            }
        } catch (IOException failed) {
            published.forEach(part -> DiskFolder.delete(part.file()));
            throw failed;
        }
        parts.clear();
        return new DiskBlock(published, messages);
    }

    /** Deletes what was not published. Closing twice is harmless. */
    @Override
    public void close() {
        for (OpenPart part : parts) {
            try {
                part.channel.close();
            } catch (IOException ignored) {
                // The file is deleted next, and deleting it reports what is wrong.
            }
            DiskFolder.delete(part.written);
        }
        parts.clear();
    }
}
