package dev.quiver.block;

import dev.quiver.block.wire.BlockFrames;
import dev.quiver.block.wire.FrameWriter;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.id.BlockId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Reads one block from disk. Holds its files open, so that removing the block does not disturb it. Belongs to one thread.
 */
final class DiskReader implements BatchSource {
    private final BlockId block;
    private final DiskBlock disk;
    private final DiskFolder folder;
    private final ArrowBatches arrow;
    private final List<FileChannel> channels = new ArrayList<>();
    private ByteBuffer room;
    private int next;

    DiskReader(BlockId block, DiskBlock disk, DiskFolder folder, ArrowBatches arrow) throws IOException {
        this.block = block;
        this.disk = disk;
        this.folder = folder;
        this.arrow = arrow;
        try {
            for (DiskBlock.Part part : disk.parts()) {
                FileChannel channel = open(part.file());
                channels.add(channel);
                if (channel.size() != part.length()) {
                    throw new CorruptBlock(
                            block, part.file() + " has " + channel.size() + " bytes of " + part.length(), null);
                }
            }
        } catch (NoSuchFileException gone) {
            close();
            throw new CorruptBlock(block, gone.getFile() + " is gone", gone);
        } catch (IOException failed) {
            close();
            throw failed;
        }
    }

    private FileChannel open(Path file) throws IOException {
        try {
            return folder.open(file, StandardOpenOption.READ);
        } catch (IOException failed) {
            folder.folders().readingFailed(file, failed);
            throw failed;
        }
    }

    /** What it reads. */
    DiskBlock files() {
        return disk;
    }

    /** Reads all of it once against its checksums, so that no row of a damaged block is used. */
    void verify() throws IOException {
        ByteBuffer buffer = room();
        for (DiskBlock.Message message : disk.messages()) {
            CRC32C crc = new CRC32C();
            for (int read = 0; read < message.length(); ) {
                buffer.clear().limit(Math.min(DiskBuffers.BYTES, message.length() - read));
                readFully(message.part(), buffer, message.offset() + read);
                read += buffer.flip().limit();
                crc.update(buffer);
            }
            if ((int) crc.getValue() != message.checksum()) {
                throw damaged(message, null);
            }
        }
    }

    private ByteBuffer room() {
        if (room == null) {
            room = folder.buffers().take();
        }
        return room;
    }

    private CorruptBlock damaged(DiskBlock.Message message, Throwable cause) {
        String what = "the batch at " + message.offset() + " of "
                + disk.parts().get(message.part()).file() + " is not what was written";
        return new CorruptBlock(block, what, cause);
    }

    @Override
    public ColumnBatch next() throws IOException {
        while (next < disk.messages().size()) {
            DiskBlock.Message message = disk.messages().get(next++);
            // What is decoded is copied out of it.
            ByteBuffer bytes = message.length() > DiskBuffers.BYTES
                    ? ByteBuffer.allocate(message.length())
                    : room().clear().limit(message.length());
            readFully(message.part(), bytes, message.offset());
            bytes.flip();
            if (BlockFrames.checksum(bytes) != message.checksum()) {
                throw damaged(message, null);
            }
            ColumnBatch batch = arrow.decode(disk.parts().get(message.part()).schema(), bytes);
            if (batch.rows() > 0) {
                return batch;
            }
        }
        return null;
    }

    private void readFully(int part, ByteBuffer into, long offset) throws IOException {
        long at = offset;
        while (into.hasRemaining()) {
            int read = read(part, into, at);
            if (read < 0) {
                throw new CorruptBlock(block, disk.parts().get(part).file() + " ends at " + at, null);
            }
            at += read;
        }
    }

    private int read(int part, ByteBuffer into, long at) throws IOException {
        try {
            return channels.get(part).read(into, at);
        } catch (IOException failed) {
            folder.folders().readingFailed(disk.parts().get(part).file(), failed);
            throw failed;
        }
    }

    /** Sends the files' batches as they are; the receiver checks the checksums. */
    void send(FrameWriter into) throws IOException {
        int current = -1;
        for (DiskBlock.Message message : disk.messages()) {
            if (message.part() != current) {
                current = message.part();
                into.schema(disk.parts().get(current).schema());
            }
            into.batch(channels.get(current), message.offset(), message.length(), message.checksum());
        }
    }

    @Override
    public void close() {
        for (FileChannel channel : channels) {
            try {
                channel.close();
            } catch (IOException ignored) {
                // Nothing was written through it.
            }
        }
        channels.clear();
        if (room != null) {
            folder.buffers().giveBack(room);
            room = null;
        }
    }
}
