package dev.quiver.block;

import dev.quiver.exec.arrow.ArrowFileFormat;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A file of a block while it is written. Belongs to one thread. */
final class PartFile {
    private static final int COPY_BYTES = 1 << 18;

    private final DiskFolder.Place place;
    private final FileChannel channel;
    private final byte[] schema;
    private final List<ArrowFileFormat.Block> batches;
    private long length;

    private PartFile(DiskFolder.Place place, FileChannel channel, byte[] schema, List<ArrowFileFormat.Block> batches) {
        this.place = place;
        this.channel = channel;
        this.schema = schema;
        this.batches = batches;
    }

    /** A new file, with its head and its schema. */
    static PartFile begin(DiskFolder folder, DiskFolder.Place place, byte[] schema) throws IOException {
        PartFile part = new PartFile(place, create(folder, place), schema, new ArrayList<>());
        try {
            part.append(ArrowFileFormat.head());
            part.append(schema);
            return part;
        } catch (IOException failed) {
            part.discard();
            throw failed;
        }
    }

    /**
     * A new file that holds what another does, and something more.
     *
     * @throws IOException          if it cannot be written
     * @throws UncheckedIOException if the other cannot be read
     */
    static PartFile copy(DiskFolder folder, DiskFolder.Place place, PartFile other, byte[] next) throws IOException {
        PartFile part = new PartFile(place, create(folder, place), other.schema, other.batches);
        try {
            ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
            while (part.length < other.length) {
                other.read(part.length, buffer.clear().limit((int) Math.min(COPY_BYTES, other.length - part.length)));
                part.append(buffer.flip());
            }
            part.append(ByteBuffer.wrap(next));
            return part;
        } catch (IOException | UncheckedIOException failed) {
            part.discard();
            throw failed;
        }
    }

    private static FileChannel create(DiskFolder folder, DiskFolder.Place place) throws IOException {
        return folder.open(
                place.pending(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ);
    }

    private void read(long from, ByteBuffer into) {
        try {
            for (long at = from; into.hasRemaining(); ) {
                int read = channel.read(into, at);
                if (read < 0) {
                    throw new EOFException(place.pending() + " ends at " + at + " of " + length);
                }
                at += read;
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    void append(byte[] bytes) throws IOException {
        append(ByteBuffer.wrap(bytes));
    }

    private void append(ByteBuffer bytes) throws IOException {
        int added = bytes.remaining();
        for (long at = length; bytes.hasRemaining(); ) {
            at += channel.write(bytes, at);
        }
        length += added;
    }

    /** Its name once it is complete. */
    Path file() {
        return place.file();
    }

    /** Its name until then. */
    Path written() {
        return place.pending();
    }

    byte[] schema() {
        return schema;
    }

    /** Where its batches are, in order. */
    List<ArrowFileFormat.Block> batches() {
        return batches;
    }

    /** Bytes that were written whole. */
    long length() {
        return length;
    }

    /** Nothing more is written. */
    void complete() throws IOException {
        channel.close();
    }

    /** Deletes it, unless it has its other name already. */
    void discard() {
        try {
            channel.close();
        } catch (IOException ignored) {
            // The file is deleted next, and deleting it reports what is wrong.
        }
        DiskFolder.delete(place.pending());
    }
}
