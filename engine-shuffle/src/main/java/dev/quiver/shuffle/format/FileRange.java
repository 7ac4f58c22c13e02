package dev.quiver.shuffle.format;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Reads part of a file in full, or says where the file ends. */
public final class FileRange {
    /** For a buffer on the heap the JDK takes as much memory outside of it, and keeps that for each thread. */
    private static final int HEAP_PIECE = 1 << 18;

    private FileRange() {}

    /**
     * Reads a range.
     *
     * @param channel its position is neither used nor moved
     * @param into    filled from its position, which moves to its limit
     * @param name    what the file is called in messages
     * @throws EOFException if the file ends before the range does
     */
    public static void read(FileChannel channel, long offset, ByteBuffer into, String name) throws IOException {
        int length = into.remaining();
        int start = into.position();
        while (into.hasRemaining()) {
            if (readSome(channel, into, offset + into.position() - start) < 0) {
                throw new EOFException(name + " ends at " + channel.size() + ", before the " + length + " bytes at "
                        + offset + " that it should hold");
            }
        }
    }

    private static int readSome(FileChannel channel, ByteBuffer into, long from) throws IOException {
        if (into.isDirect() || into.remaining() <= HEAP_PIECE) {
            return channel.read(into, from);
        }
        int limit = into.limit();
        try {
            return channel.read(into.limit(into.position() + HEAP_PIECE), from);
        } finally {
            into.limit(limit);
        }
    }
}
