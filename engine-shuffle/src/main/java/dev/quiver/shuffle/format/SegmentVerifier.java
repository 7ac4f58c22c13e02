package dev.quiver.shuffle.format;

import dev.quiver.exec.arrow.ArrowFileFormat;
import dev.quiver.exec.arrow.ArrowFileFormat.Block;
import dev.quiver.exec.arrow.CorruptBatch;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Reads a published segment file from outside, with nothing but the file, and proves that it is as it was written: magic
 * at both ends, footer, version, length, checksum, and a list of blocks that covers the data without gap. For whoever
 * finds such a file; the engine's own readers go by the index and check each chunk they read. Safe for many threads.
 */
public final class SegmentVerifier {
    private static final int BUFFER_BYTES = 1 << 20;

    /** Most bytes of a message head or a footer: more is a damaged length. */
    private static final int MOST_METADATA = 1 << 30;

    /**
     * A file that is whole.
     *
     * @param label  what it says of itself
     * @param chunks how many chunks it holds
     */
    public record Verified(SegmentLabel label, int chunks) {}

    private final Disk disk;

    public SegmentVerifier(Disk disk) {
        this.disk = disk;
    }

    /**
     * Reads the whole file.
     *
     * @throws SegmentInvalid if it is not what was published
     * @throws IOException    if it cannot be read
     */
    public Verified verify(Path file) throws IOException {
        try (FileChannel channel = disk.read(file)) {
            return verify(channel);
        } catch (CorruptBatch | EOFException | IllegalArgumentException wrong) {
            throw new SegmentInvalid(file, wrong.getMessage(), wrong);
        }
    }

    private static Verified verify(FileChannel channel) throws IOException {
        Contents contents = contents(channel);
        return new Verified(contents.label, contents.blocks.size());
    }

    /** What a whole file holds. */
    record Contents(SegmentLabel label, byte[] schemaMessage, List<Block> blocks) {}

    /** Reads a whole file. @throws CorruptBatch, EOFException or IllegalArgumentException if it is not what was published */
    static Contents contents(FileChannel channel) throws IOException {
        long size = channel.size();
        int least = ArrowFileFormat.HEAD_BYTES + ArrowFileFormat.END_OF_STREAM_BYTES + ArrowFileFormat.TRAILER_BYTES;
        if (size < least) {
            throw new CorruptBatch("it has " + size + " bytes, and the shortest has more than " + least);
        }
        if (!Arrays.equals(bytes(channel, 0, ArrowFileFormat.HEAD_BYTES), ArrowFileFormat.head())) {
            throw new CorruptBatch("it does not begin as an Arrow file does");
        }
        long trailer = size - ArrowFileFormat.TRAILER_BYTES;
        int footerBytes = ArrowFileFormat.footerBytes(bytes(channel, trailer, ArrowFileFormat.TRAILER_BYTES));
        long footerStart = trailer - footerBytes;
        long dataEnd = footerStart - ArrowFileFormat.END_OF_STREAM_BYTES;
        if (dataEnd < ArrowFileFormat.HEAD_BYTES) {
            throw new CorruptBatch("its footer of " + footerBytes + " bytes is longer than the file allows");
        }
        byte[] schema =
                bytes(channel, ArrowFileFormat.HEAD_BYTES, headBytes(channel, ArrowFileFormat.HEAD_BYTES, dataEnd));
        ArrowFileFormat.Summary footer = ArrowFileFormat.footer(bytes(channel, footerStart, footerBytes), schema);
        SegmentLabel label = SegmentLabel.of(footer.metadata());
        if (label.lengthBytes() != dataEnd) {
            throw new CorruptBatch(
                    "it has " + dataEnd + " bytes of data where " + label.lengthBytes() + " were written");
        }
        byte[] marker = bytes(channel, dataEnd, ArrowFileFormat.END_OF_STREAM_BYTES);
        if (!Arrays.equals(marker, ArrowFileFormat.endOfStream())) {
            throw new CorruptBatch("no end of stream stands between its data and its footer");
        }
        int crc = crc(channel, dataEnd);
        if (crc != label.crc()) {
            throw new CorruptBatch("its data has checksum %08x where %08x was written".formatted(crc, label.crc()));
        }
        requireCovered(channel, footer.batches(), ArrowFileFormat.HEAD_BYTES + schema.length, dataEnd);
        return new Contents(label, schema, footer.batches());
    }

    private static void requireCovered(FileChannel channel, List<Block> blocks, long from, long to) throws IOException {
        long at = from;
        for (Block block : blocks) {
            if (block.offset() != at || block.headBytes() != headBytes(channel, at, to) || block.bodyBytes() < 0) {
                throw new CorruptBatch("its footer lists a chunk at " + block.offset() + " of " + block.headBytes()
                        + " + " + block.bodyBytes() + " bytes where another begins at " + at);
            }
            at += block.headBytes() + block.bodyBytes();
        }
        if (at != to) {
            throw new CorruptBatch("the chunks its footer lists end at " + at + " and its data at " + to);
        }
    }

    /** Bytes of prefix and metadata of the message at an offset. */
    private static int headBytes(FileChannel channel, long offset, long end) throws IOException {
        if (end - offset < 8) {
            throw new CorruptBatch("no message fits between " + offset + " and the end of its data at " + end);
        }
        ByteBuffer prefix = ByteBuffer.wrap(bytes(channel, offset, 8)).order(ByteOrder.LITTLE_ENDIAN);
        long length = 8L + prefix.getInt(4);
        if (prefix.getInt(0) != -1 || length < 8 || length > Math.min(MOST_METADATA, end - offset)) {
            throw new CorruptBatch("no message begins at " + offset);
        }
        return (int) length;
    }

    private static int crc(FileChannel channel, long length) throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        for (long at = 0; at < length; ) {
            buffer.clear().limit((int) Math.min(BUFFER_BYTES, length - at));
            FileRange.read(channel, at, buffer, "it");
            at += buffer.flip().remaining();
            crc.update(buffer);
        }
        return (int) crc.getValue();
    }

    private static byte[] bytes(FileChannel channel, long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        FileRange.read(channel, offset, ByteBuffer.wrap(bytes), "it");
        return bytes;
    }
}
