package dev.quiver.block.broadcast;

import dev.quiver.block.wire.BlockFrames;
import dev.quiver.exec.arrow.BodyCodec;
import dev.quiver.exec.arrow.ByteFrames;
import dev.quiver.wire.MalformedMessage;
import dev.quiver.wire.WireInput;
import dev.quiver.wire.WireOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a broadcast value is made of, as the driver wrote it. Whatever process a chunk comes from, it counts only if it is
 * what stands here.
 *
 * @param chunks in order; at least one
 */
public record BroadcastManifest(List<Chunk> chunks) {
    /**
     * One chunk.
     *
     * @param plainBytes  before compression
     * @param storedBytes as it is kept and sent
     * @param checksum    CRC-32C of the stored bytes
     */
    public record Chunk(int plainBytes, int storedBytes, int checksum, BodyCodec.Method method) {
        /** Whether these are the stored bytes. */
        boolean matches(byte[] stored) {
            return stored.length == storedBytes && BlockFrames.checksum(ByteBuffer.wrap(stored)) == checksum;
        }

        /** The plain bytes. @param stored as {@link #matches} has seen them; the answer may be the same array */
        byte[] plain(byte[] stored) throws IOException {
            return switch (method) {
                case NONE -> stored;
                case LZ4 -> ByteFrames.restore(stored, plainBytes, BodyCodec.LZ4);
                case ZSTD -> ByteFrames.restore(stored, plainBytes, BodyCodec.ZSTD);
            };
        }
    }

    public BroadcastManifest {
        chunks = List.copyOf(chunks);
    }

    /** Length of the serialized value. */
    public long plainBytes() {
        return chunks.stream().mapToLong(Chunk::plainBytes).sum();
    }

    /** Length of all chunks as they are kept. */
    public long storedBytes() {
        return chunks.stream().mapToLong(Chunk::storedBytes).sum();
    }

    /** For a message. */
    public void write(WireOutput out) {
        out.writeCount(chunks.size());
        for (Chunk chunk : chunks) {
            out.writeCount(chunk.plainBytes)
                    .writeCount(chunk.storedBytes)
                    .writeInt(chunk.checksum)
                    .writeByte(chunk.method.ordinal());
        }
    }

    /** @throws MalformedMessage if the bytes are no manifest */
    public static BroadcastManifest read(WireInput in) {
        int count = in.readElementCount(7, "chunks of a broadcast value");
        List<Chunk> chunks = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            int plain = in.readCount();
            int stored = in.readCount();
            int checksum = in.readInt();
            int method = in.readUnsignedByte();
            if (method >= BodyCodec.Method.values().length) {
                throw new MalformedMessage("a chunk is compressed by the unknown method " + method);
            }
            chunks.add(new Chunk(plain, stored, checksum, BodyCodec.Method.values()[method]));
        }
        return new BroadcastManifest(chunks);
    }
}
