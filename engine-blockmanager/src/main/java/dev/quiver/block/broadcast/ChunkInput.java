package dev.quiver.block.broadcast;

import java.io.IOException;
import java.io.InputStream;

/** The bytes of all chunks, one after another. Holds one chunk at a time. Belongs to one thread. */
final class ChunkInput extends InputStream {
    /** Brings the plain bytes of a chunk. */
    interface Source {
        byte[] chunk(int index) throws IOException;
    }

    private final int chunks;
    private final Source source;
    private byte[] current = new byte[0];
    private int at;
    private int next;

    ChunkInput(int chunks, Source source) {
        this.chunks = chunks;
        this.source = source;
    }

    private boolean fill() throws IOException {
        while (at == current.length) {
            if (next == chunks) {
                return false;
            }
            current = source.chunk(next++);
            at = 0;
        }
        return true;
    }

    @Override
    public int read() throws IOException {
        return fill() ? current[at++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, current.length - at);
        System.arraycopy(current, at, into, offset, count);
        at += count;
        return count;
    }
}
