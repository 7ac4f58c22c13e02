package dev.quiver.shuffle.format;

import dev.quiver.exec.arrow.ArrowFileFormat;
import dev.quiver.exec.arrow.CorruptBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * One append-only file of chunks of a shuffle, all of one schema, from many map tasks and for many reduce partitions.
 * It is an Arrow IPC file: once published, any Arrow reader opens it, and {@link SegmentVerifier} proves it whole.
 *
 * <pre>
 *  0        8                                                  end      end + 8                       size
 *  | magic  | schema  | record batch | record batch |   ...    | end of | footer: schema,  | int32 its |
 *  | ARROW1 | message | message      | message      |          | stream | blocks, label    | length,   |
 *  | 00 00  |         | = one chunk  | = one chunk  |          |        |                  | ARROW1    |
 *                     ^ offset  length
 *  '--------------- CRC-32C, in the label ---------------------'
 * </pre>
 *
 * Every message starts at a multiple of 8. The label, see {@link SegmentLabel}, says who wrote the file, and the length
 * and CRC-32C of all data; the checksum grows with every append, and what follows the data never varies. Which chunk belongs to which
 * reduce partition and map output, its offset, length and own CRC-32C, is not in the file: the index of whoever stores
 * it says so, and gets to know of a chunk after all of its bytes are written, so half a chunk is never referenced.
 *
 * <pre>
 *   name.arrow.part   being written; its chunks can be read by the index
 *        | seal: footer, forced to the disk if so wished, then renamed
 *        v
 *   name.arrow        published; never changes again
 * </pre>
 *
 * Safe for many threads; appends exclude one another.
 */
public final class SegmentFile {
    /** Ends the name of a file that is being written. */
    public static final String PART = ".part";

    private final Path published;
    private final Path part;
    private final byte[] schemaMessage;
    private final OpenFiles files;
    private final SegmentOrigin origin;
    private final boolean sync;
    private final String setting;
    private final List<ArrowFileFormat.Block> blocks = new ArrayList<>();
    private final CRC32C crc = new CRC32C();
    private long end;
    private volatile boolean sealed;

    /**
     * A file that belongs to no shuffle.
     *
     * @param path          its name once it is published
     * @param schemaMessage of every chunk in the file; shared
     */
    public SegmentFile(Path path, byte[] schemaMessage, OpenFiles files) {
        this(path, schemaMessage, files, null, false, SegmentOptions.LOCAL_DIR);
    }

    /**
     * @param path          its name once it is published
     * @param schemaMessage of every chunk in the file; shared
     * @param origin        whose rows it will hold; null for none
     * @param sync          whether it is forced to the disk before it is published
     * @param setting       that chooses the place, for messages
     */
    SegmentFile(Path path, byte[] schemaMessage, OpenFiles files, SegmentOrigin origin, boolean sync, String setting) {
        this.published = path;
        this.part = path.resolveSibling(path.getFileName() + PART);
        this.schemaMessage = schemaMessage;
        this.files = files;
        this.origin = origin;
        this.sync = sync;
        this.setting = setting;
    }

    /**
     * A file that belongs to no shuffle and is forced to the disk before it is published.
     *
     * @param setting that chooses the place, for messages
     */
    public static SegmentFile durable(Path path, byte[] schemaMessage, OpenFiles files, String setting) {
        return new SegmentFile(path, schemaMessage, files, null, true, setting);
    }

    /** CRC-32C of the bytes written so far, what follows the last chunk left out. */
    public synchronized int checksum() {
        return (int) crc.getValue();
    }

    /** Where it is now. */
    public Path path() {
        return sealed ? published : part;
    }

    /** The Arrow schema message of every chunk in the file; shared, not to be changed. */
    public byte[] schemaMessage() {
        return schemaMessage;
    }

    /** Bytes written so far, what follows the last chunk left out. */
    public synchronized long sizeBytes() {
        return end;
    }

    /** Whether it is published, and takes no more. */
    public boolean isSealed() {
        return sealed;
    }

    /**
     * Appends a record batch message.
     *
     * @param message borrowed
     * @return its offset
     * @throws DiskFull    if there is no room; the file is as it was
     * @throws IOException if it cannot be written; the file is as it was
     */
    public long append(byte[] message) throws IOException {
        return append(message, message.length);
    }

    /** The same of a message of this length at the start of an array. */
    synchronized long append(byte[] message, int length) throws IOException {
        if (sealed) {
            throw new IllegalStateException(published + " is published; the next chunk belongs in another file");
        }
        ArrowFileFormat.Block block = ArrowFileFormat.block(end == 0 ? start() : end, message, length);
        try {
            files.write(part, file -> {
                try {
                    if (end == 0) {
                        file.write(0, ArrowFileFormat.head());
                        file.write(ArrowFileFormat.HEAD_BYTES, schemaMessage);
                    }
                    file.write(block.offset(), message, length);
                } catch (IOException failure) {
                    cutOff(file, failure);
                    throw failure;
                }
            });
        } catch (IOException failure) {
            throw explained(block.offset() - end + length, failure);
        }
        if (end == 0) {
            crc.update(ArrowFileFormat.head());
            crc.update(schemaMessage);
        }
        crc.update(message, 0, length);
        blocks.add(block);
        end = block.offset() + length;
        return block.offset();
    }

    private long start() {
        return ArrowFileFormat.HEAD_BYTES + (long) schemaMessage.length;
    }

    /**
     * Completes and publishes the file, unless it is published already or holds nothing. It is as it was when that fails.
     */
    public synchronized void seal() throws IOException {
        if (sealed || end == 0) {
            return;
        }
        byte[] tail = tail();
        try {
            files.write(part, file -> {
                try {
                    file.write(end, tail);
                    if (sync) {
                        file.force();
                    }
                    files.disk().rename(part, published);
                } catch (IOException failure) {
                    cutOff(file, failure);
                    throw failure;
                }
            });
        } catch (IOException failure) {
            throw explained(tail.length, failure);
        }
        sealed = true;
        files.closeUnder(part);
        if (sync) {
            files.disk().force(published.getParent());
        }
    }

    private byte[] tail() throws CorruptBatch {
        SegmentLabel label = new SegmentLabel(SegmentLabel.VERSION, origin, end, (int) crc.getValue());
        return ArrowFileFormat.tail(schemaMessage, blocks, label.toMetadata());
    }

    /**
     * The bytes of a message.
     *
     * @throws IOException if the file cannot be read or is shorter than it was
     */
    public byte[] read(long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        read(offset, ByteBuffer.wrap(bytes));
        return bytes;
    }

    /**
     * Reads part of the file.
     *
     * @param into filled from its position to its limit; both stay where they are
     * @throws IOException as {@link #read(long, int)}
     */
    public void read(long offset, ByteBuffer into) throws IOException {
        Path path = path();
        try {
            files.read(path, offset, into);
        } catch (NoSuchFileException gone) {
            files.read(renamedFrom(path, gone), offset, into);
        }
    }

    /** Takes a range of a file; the channel is borrowed for the call, and must not be closed. */
    public interface RangeSink {
        void take(FileChannel channel, long offset, long length) throws IOException;
    }

    /** Hands a range to a sink, for sending it without copying. */
    public void send(long offset, int length, RangeSink sink) throws IOException {
        Path path = path();
        try {
            files.read(path, channel -> sink.take(channel, offset, length));
        } catch (NoSuchFileException gone) {
            files.read(renamedFrom(path, gone), channel -> sink.take(channel, offset, length));
        }
    }

    /** The name of a file that was published between a look at its name and its opening. */
    private synchronized Path renamedFrom(Path path, NoSuchFileException gone) throws NoSuchFileException {
        if (path.equals(path())) {
            throw gone;
        }
        return path();
    }

    private void cutOff(Disk.Writable file, IOException failure) {
        try {
            file.truncate(end);
        } catch (IOException second) {
            // What lies behind the end is overwritten by the next append and never referenced.
            failure.addSuppressed(second);
        }
    }

    private IOException explained(long needed, IOException failure) {
        return DiskFull.explain(files.disk(), part, setting, needed, failure);
    }
}
