package dev.quiver.block;

import dev.quiver.block.wire.BlockFrames;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.arrow.ArrowFileFormat;
import dev.quiver.exec.column.ColumnBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes one block as Arrow files, one for each schema among its batches. When the disk of one fails, the file moves to
 * another with what was written of it. Belongs to one thread.
 */
final class DiskWriter implements AutoCloseable {
    private final String name;
    private final DiskFolder folder;
    private final ArrowBatches arrow;
    private final List<PartFile> parts = new ArrayList<>();
    private final List<DiskBlock.Message> messages = new ArrayList<>();

    /** @param name how its files are called, without what stands behind the dot */
    DiskWriter(String name, DiskFolder folder, ArrowBatches arrow) {
        this.name = name;
        this.folder = folder;
        this.arrow = arrow;
    }

    void write(ColumnBatch batch) throws IOException {
        int index = partFor(arrow.schemaMessage(batch));
        byte[] message = arrow.batchMessage(batch);
        ArrowFileFormat.Block block = ArrowFileFormat.block(parts.get(index).length(), message);
        append(index, message);
        PartFile part = parts.get(index);
        part.batches().add(block);
        int checksum = BlockFrames.checksum(ByteBuffer.wrap(message));
        messages.add(new DiskBlock.Message(index, block.offset(), message.length, checksum));
    }

    private int partFor(byte[] schema) throws IOException {
        for (int index = parts.size() - 1; index >= 0; index--) {
            if (Arrays.equals(parts.get(index).schema(), schema)) {
                return index;
            }
        }
        parts.add(folder.write(fileName(parts.size()), place -> PartFile.begin(folder, place, schema)));
        return parts.size() - 1;
    }

    private String fileName(int part) {
        return name + (part == 0 ? ".arrow" : "." + part + ".arrow");
    }

    private void append(int index, byte[] bytes) throws IOException {
        PartFile part = parts.get(index);
        try {
            part.append(bytes);
        } catch (IOException failure) {
            if (!folder.folders().writingFailed(part.written(), failure)) {
                throw failure;
            }
            move(index, bytes);
        }
    }

    /** Has a part go on in another file, as if it had been there from the beginning. */
    private void move(int index, byte[] next) throws IOException {
        PartFile from = parts.get(index);
        try {
            parts.set(index, folder.write(fileName(index), place -> PartFile.copy(folder, place, from, next)));
        } catch (UncheckedIOException cannotBeRead) {
            throw cannotBeRead.getCause();
        }
        from.discard();
    }

    /** Completes the files and gives them their names. */
    DiskBlock publish() throws IOException {
        for (int index = 0; index < parts.size(); index++) {
            PartFile part = parts.get(index);
            append(index, ArrowFileFormat.tail(part.schema(), part.batches()));
            parts.get(index).complete();
        }
        List<DiskBlock.Part> published = new ArrayList<>();
        try {
            for (PartFile part : parts) {
                DiskFolder.publish(part.written(), part.file());
                published.add(new DiskBlock.Part(part.file(), part.schema(), part.length()));
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
        parts.forEach(PartFile::discard);
        parts.clear();
    }
}
