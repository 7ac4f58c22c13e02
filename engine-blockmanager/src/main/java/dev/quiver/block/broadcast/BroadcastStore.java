package dev.quiver.block.broadcast;

import dev.quiver.block.BlockManager;
import dev.quiver.block.CorruptBlock;
import dev.quiver.id.BlockId;
import dev.quiver.id.BroadcastId;
import dev.quiver.serializer.ValueSerializer;
import java.io.IOException;
import java.util.List;

/** The driver's broadcast values, as chunks that its block manager keeps. Safe for many threads. */
public final class BroadcastStore {
    private final BlockManager blocks;
    private final ValueSerializer serializer;
    private final BroadcastSettings settings;

    public BroadcastStore(BlockManager blocks, ValueSerializer serializer, BroadcastSettings settings) {
        this.blocks = blocks;
        this.serializer = serializer;
        this.settings = settings;
    }

    /**
     * Writes a value. Besides its chunks, no more than one chunk of it is in memory twice.
     *
     * @throws dev.quiver.serializer.NotSerializable naming what cannot be written; nothing is kept then
     * @throws IOException if its chunks fit neither in memory nor on disk; nothing is kept then
     */
    public BroadcastManifest write(BroadcastId broadcast, Object value, ChunkCodec codec) throws IOException {
        ChunkOutput output = new ChunkOutput(
                settings.chunkBytes(),
                codec,
                (chunk, stored) -> blocks.putBlob(new BlockId.BroadcastChunk(broadcast, chunk), stored));
        try {
            serializer.write(value, output);
            return output.finish();
        } catch (IOException | RuntimeException failed) {
            blocks.removeBroadcast(broadcast);
            throw failed;
        }
    }

    /**
     * Reads a value again.
     *
     * @throws IOException if chunks are damaged or gone
     */
    public Object read(BroadcastId broadcast, BroadcastManifest manifest) throws IOException {
        return serializer.read(
                new ChunkInput(manifest.chunks().size(), chunk -> plain(broadcast, chunk, manifest.chunks())));
    }

    private byte[] plain(BroadcastId broadcast, int number, List<BroadcastManifest.Chunk> chunks) throws IOException {
        BlockId block = new BlockId.BroadcastChunk(broadcast, number);
        BroadcastManifest.Chunk chunk = chunks.get(number);
        byte[] stored = blocks.localBlob(block).orElseThrow(() -> new IOException(block.name() + " is gone"));
        if (!chunk.matches(stored)) {
            throw new CorruptBlock(block, "its checksum is not that of what was written", null);
        }
        return chunk.plain(stored);
    }

    /** Drops the chunks of a value. */
    public void remove(BroadcastId broadcast) {
        blocks.removeBroadcast(broadcast);
    }
}
