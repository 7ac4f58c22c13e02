package dev.quiver.block;

import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.Reservation;
import dev.quiver.block.wire.BlockFrames;
import dev.quiver.id.BlockId;
import dev.quiver.id.BroadcastId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Serialized values by block: large results and chunks of broadcast values. Kept until they are removed, in memory while there is
 * room and on disk otherwise; never evicted, because nothing could compute them again. Safe for many threads.
 */
final class BlobStore {
    private final MemoryBudget budget;
    private final DiskFolder folder;
    private final Map<BlockId, Blob> blobs = new ConcurrentHashMap<>();
    private final AtomicLong files = new AtomicLong();

    /** Either bytes in memory and their reservation, or a file. */
    private record Blob(byte[] bytes, Reservation held, Path file, int length, int checksum) {
        void drop() {
            if (held != null) {
                held.close();
            } else {
                DiskFolder.delete(file);
            }
        }
    }

    BlobStore(MemoryBudget budget, DiskFolder folder) {
        this.budget = budget;
        this.folder = folder;
    }

    /** Keeps a value, in place of an older one. @param bytes transferred: not to be changed any more */
    void put(BlockId block, byte[] bytes) throws IOException {
        Reservation held = budget.storage(holder(block));
        Blob blob;
        if (held.tryGrow(bytes.length)) {
            blob = new Blob(bytes, held, null, bytes.length, 0);
        } else {
            held.close();
            blob = write(block, bytes);
        }
        Blob before = blobs.put(block, blob);
        if (before != null) {
            before.drop();
        }
    }

    private static String holder(BlockId block) {
        return block instanceof BlockId.BroadcastChunk ? "broadcast values" : "results of tasks";
    }

    private Blob write(BlockId block, byte[] bytes) throws IOException {
        // A name that none before had: who drops one of those must not delete this one's file.
        Path file = folder.write(block.name() + "-" + files.getAndIncrement() + ".bin", place -> {
            try {
                Files.write(place.pending(), bytes);
                DiskFolder.publish(place.pending(), place.file());
            } finally {
                DiskFolder.delete(place.pending());
            }
            return place.file();
        });
        return new Blob(null, null, file, bytes.length, BlockFrames.checksum(ByteBuffer.wrap(bytes)));
    }

    /** The value: not to be changed. @throws CorruptBlock if its file is damaged; the value is then gone */
    Optional<byte[]> read(BlockId block) throws IOException {
        while (true) {
            Blob blob = blobs.get(block);
            if (blob == null || blob.bytes() != null) {
                return Optional.ofNullable(blob).map(Blob::bytes);
            }
            try {
                return Optional.of(readFile(block, blob));
            } catch (CorruptBlock damaged) {
                if (blobs.remove(block, blob)) {
                    blob.drop();
                    throw damaged;
                }
                // It was replaced or removed while it was read.
            }
        }
    }

    private byte[] readFile(BlockId block, Blob blob) throws CorruptBlock {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(blob.file());
        } catch (IOException unreadable) {
            folder.folders().readingFailed(blob.file(), unreadable);
            throw new CorruptBlock(block, blob.file() + " cannot be read", unreadable);
        }
        if (bytes.length != blob.length() || BlockFrames.checksum(ByteBuffer.wrap(bytes)) != blob.checksum()) {
            throw new CorruptBlock(block, blob.file() + " is not what was written", null);
        }
        return bytes;
    }

    void remove(BlockId block) {
        Blob blob = blobs.remove(block);
        if (blob != null) {
            blob.drop();
        }
    }

    /** Whether a task's result is here. Costs as much as there are blobs. */
    boolean keepsResults() {
        return blobs.keySet().stream().anyMatch(BlockId.TaskResult.class::isInstance);
    }

    /** Removes every chunk of a broadcast value. Costs as much as there are blobs. */
    void remove(BroadcastId broadcast) {
        for (BlockId block : blobs.keySet()) {
            if (block instanceof BlockId.BroadcastChunk chunk
                    && chunk.broadcast().equals(broadcast)) {
                remove(block);
            }
        }
    }

    void clear() {
        blobs.keySet().forEach(this::remove);
    }
}
