package dev.quiver.shuffle.format;

import dev.quiver.exec.arrow.ArrowFileFormat.Block;
import dev.quiver.exec.arrow.CorruptBatch;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A published segment file, read by nothing but itself: proved whole when it is opened, then read chunk by chunk through
 * the same handle. Belongs to one thread.
 */
public final class SegmentReader implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final SegmentVerifier.Contents contents;

    private SegmentReader(Path file, FileChannel channel, SegmentVerifier.Contents contents) {
        this.file = file;
        this.channel = channel;
        this.contents = contents;
    }

    /**
     * Opens a file and reads it once against its checksum.
     *
     * @return returned: the caller closes it
     * @throws SegmentInvalid if it is not what was published
     * @throws IOException    if it cannot be read
     */
    public static SegmentReader open(Disk disk, Path file) throws IOException {
        FileChannel channel = disk.read(file);
        try {
            return new SegmentReader(file, channel, SegmentVerifier.contents(channel));
        } catch (CorruptBatch | EOFException | IllegalArgumentException wrong) {
            channel.close();
            throw new SegmentInvalid(file, wrong.getMessage(), wrong);
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
    }

    /** What the file says of itself. */
    public SegmentLabel label() {
        return contents.label();
    }

    /** The Arrow schema message of every chunk; shared, not to be changed. */
    public byte[] schemaMessage() {
        return contents.schemaMessage();
    }

    public int chunks() {
        return contents.blocks().size();
    }

    /** The record batch message of a chunk. */
    public byte[] chunk(int index) throws IOException {
        Block block = contents.blocks().get(index);
        byte[] message = new byte[Math.toIntExact(block.headBytes() + block.bodyBytes())];
        FileRange.read(channel, block.offset(), ByteBuffer.wrap(message), file.toString());
        return message;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException ignored) {
            // Nothing was written through it.
        }
    }
}
