package dev.quiver.block.broadcast;

import dev.quiver.block.wire.BlockFrames;
import dev.quiver.exec.arrow.BodyCodec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts a stream of bytes into chunks. Holds one chunk at a time. Belongs to one thread. */
final class ChunkOutput extends OutputStream {
    /** Keeps a chunk. */
    interface Sink {
        /** @param stored transferred */
        void keep(int chunk, byte[] stored) throws IOException;
    }

    private final int chunkBytes;
    private final ChunkCodec codec;
    private final Sink sink;
    private final List<BroadcastManifest.Chunk> chunks = new ArrayList<>();
    private byte[] buffer;
    private int filled;

    ChunkOutput(int chunkBytes, ChunkCodec codec, Sink sink) {
        this.chunkBytes = chunkBytes;
        this.codec = codec;
        this.sink = sink;
        // Most values are small.
        this.buffer = new byte[Math.min(chunkBytes, 1 << 10)];
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int left = length;
        while (left > 0) {
            if (filled == chunkBytes) {
                seal();
            }
            int count = Math.min(left, chunkBytes - filled);
            makeRoom(filled + count);
            System.arraycopy(bytes, at, buffer, filled, count);
            filled += count;
            at += count;
            left -= count;
        }
    }

    private void makeRoom(int needed) {
        if (buffer.length < needed) {
            // What is longer than a chunk is most likely much longer.
            long room = chunks.isEmpty() ? Math.max(needed, 2L * buffer.length) : chunkBytes;
            buffer = Arrays.copyOf(buffer, (int) Math.min(chunkBytes, room));
        }
    }

    private void seal() throws IOException {
        ChunkCodec.Packed packed = codec.pack(buffer, filled);
        boolean plain = packed.method() == BodyCodec.Method.NONE;
        byte[] stored = packed.bytes();
        if (plain) {
            // A full buffer is handed over; the next chunk gets one of its own.
            stored = filled == buffer.length ? buffer : Arrays.copyOf(buffer, filled);
            buffer = stored == buffer ? new byte[0] : buffer;
        }
        int checksum = BlockFrames.checksum(ByteBuffer.wrap(stored));
        chunks.add(new BroadcastManifest.Chunk(filled, stored.length, checksum, packed.method()));
        sink.keep(chunks.size() - 1, stored);
        filled = 0;
    }

    /** The last call: what was written. */
    BroadcastManifest finish() throws IOException {
        if (filled > 0 || chunks.isEmpty()) {
            seal();
        }
        return new BroadcastManifest(chunks);
    }
}
