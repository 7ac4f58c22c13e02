package dev.quiver.shuffle.format;

import dev.quiver.exec.arrow.ArrowFileFormat;
import dev.quiver.exec.arrow.CorruptBatch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One append-only file of chunks of a shuffle, all of one schema, from many map tasks and for many reduce partitions.
 * It is an Arrow IPC file: once sealed, any Arrow reader opens it.
 *
 * <pre>
 *  0        8                                                  end                          length
 *  | magic  | schema  | record batch | record batch |   ...    | footer                     |
 *  | ARROW1 | message | message      | message      |          | end of stream, block list, |
 *  | 00 00  |         | = one chunk  | = one chunk  |          | its length, ARROW1         |
 *                     ^ offset  length
 * </pre>
 *
 * Every message starts at a multiple of 8. Which chunk belongs to which reduce partition and map output, its offset,
 * length and CRC-32C, is known to the index in memory alone: a file outlives neither its executor nor its shuffle. The
 * index gets to know of a chunk after all of its bytes are written, so half a chunk is never referenced. The footer is
 * written when the shuffle is sealed, and gives way when a late map task appends after all. Safe for many threads;
 * appends exclude one another.
 */
public final class SegmentFile {
    private final Path path;
    private final byte[] schemaMessage;
    private final OpenFiles files;
    private final List<ArrowFileFormat.Block> blocks = new ArrayList<>();
    private long end;
    private boolean sealed;

    /** @param schemaMessage of every chunk in the file; shared */
    public SegmentFile(Path path, byte[] schemaMessage, OpenFiles files) {
        this.path = path;
        this.schemaMessage = schemaMessage;
        this.files = files;
    }

    public Path path() {
        return path;
    }

    /** The Arrow schema message of every chunk in the file; shared, not to be changed. */
    public byte[] schemaMessage() {
        return schemaMessage;
    }

    /** Bytes written so far, the footer left out. */
    public synchronized long sizeBytes() {
        return end;
    }

    /**
     * Appends a record batch message.
     *
     * @param message borrowed
     * @return its offset
     * @throws DiskFull    if there is no room; the file is as it was
     * @throws IOException if it cannot be written; the file is as it was
     */
    public synchronized long append(byte[] message) throws IOException {
        long needed = message.length + (end == 0 ? ArrowFileFormat.HEAD_BYTES + schemaMessage.length : 0);
        long[] offset = {end};
        try {
            files.write(path, file -> {
                try {
                    if (sealed) {
                        file.truncate(end);
                        sealed = false;
                    }
                    if (offset[0] == 0) {
                        file.write(0, ArrowFileFormat.head());
                        file.write(ArrowFileFormat.HEAD_BYTES, schemaMessage);
                        offset[0] = ArrowFileFormat.HEAD_BYTES + schemaMessage.length;
                    }
                    file.write(offset[0], message);
                } catch (IOException failure) {
                    cutOff(file, failure);
                    throw failure;
                }
            });
        } catch (IOException failure) {
            throw explained(needed, failure);
        }
        blocks.add(ArrowFileFormat.block(offset[0], message));
        end = offset[0] + message.length;
        return offset[0];
    }

    /** Writes the footer, unless it is there. The file is as it was when that fails. */
    public synchronized void seal() throws IOException {
        if (sealed || end == 0) {
            return;
        }
        byte[] tail = tail();
        try {
            files.write(path, file -> {
                try {
                    file.write(end, tail);
                } catch (IOException failure) {
                    cutOff(file, failure);
                    throw failure;
                }
            });
        } catch (IOException failure) {
            throw explained(tail.length, failure);
        }
        sealed = true;
    }

    /**
     * The bytes of a message.
     *
     * @throws IOException if the file cannot be read or is shorter than it was
     */
    public byte[] read(long offset, int length) throws IOException {
        return files.read(path, offset, length);
    }

    /** Takes a range of a file; the channel is borrowed for the call, and must not be closed. */
    public interface RangeSink {
        void take(FileChannel channel, long offset, long length) throws IOException;
    }

    /** Hands a range to a sink, for sending it without copying. */
    public void send(long offset, int length, RangeSink sink) throws IOException {
        files.read(path, channel -> sink.take(channel, offset, length));
    }

    private byte[] tail() throws CorruptBatch {
        return ArrowFileFormat.tail(schemaMessage, blocks);
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
        Path directory = path.getParent();
        long free = files.disk().usableBytes(directory);
        String message = String.valueOf(failure.getMessage());
        if (message.contains("No space left") || message.contains("quota") || free >= 0 && free < needed) {
            return new DiskFull(directory, needed, free, failure);
        }
        return new IOException(
                "Cannot write " + needed + " bytes of shuffle data to " + path + ": " + message
                        + ". The task fails and is tried again.",
                failure);
    }
}
