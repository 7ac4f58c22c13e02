package dev.quiver.shuffle.store;

import dev.quiver.block.folder.DiskFailure;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shuffle.format.CheckedRead;
import dev.quiver.shuffle.format.NotAsWritten;
import dev.quiver.shuffle.format.ReadBuffer;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What an executor has of one reduce partition for one reader. While it is open the files stay, even when the shuffle
 * is removed. Belongs to one thread.
 */
public final class PartitionView implements AutoCloseable {
    private final StoredShuffle shuffle;
    private final ArrowBatches codec;
    private final List<MapVersion> known;
    private final long[] rows;
    private final List<StoredChunk> chunks;
    private boolean closed;

    /** @param shuffle leased for this view, or null when it is unknown here */
    PartitionView(
            StoredShuffle shuffle, ArrowBatches codec, List<MapVersion> known, long[] rows, List<StoredChunk> chunks) {
        this.shuffle = shuffle;
        this.codec = codec;
        this.known = known;
        this.rows = rows;
        this.chunks = chunks;
    }

    /** The wanted map outputs that are committed here, by ascending map partition. */
    public List<MapVersion> known() {
        return known;
    }

    /** Rows of each known map output in the partition. */
    public long[] rows() {
        return rows.clone();
    }

    /** Chunks with wanted rows, by ascending number; they may hold unwanted rows too. */
    public List<StoredChunk> chunks() {
        return chunks;
    }

    /**
     * The rows of a chunk, checked against its checksum. A damaged one is read a second time, in case memory and not
     * the disk was at fault.
     *
     * @param room to read files into; borrowed
     * @throws ChunkDamaged if the file is shorter than it was, its bytes have changed, or the disk cannot read them
     */
    public ColumnBatch load(StoredChunk chunk, ReadBuffer room) throws IOException {
        if (chunk instanceof StoredChunk.InMemory inMemory) {
            return inMemory.batch();
        }
        StoredChunk.InFile inFile = (StoredChunk.InFile) chunk;
        ByteBuffer message = room.room(inFile.length());
        read(inFile, message);
        return codec.decode(inFile.file().schemaMessage(), message);
    }

    /** The Arrow message of a chunk in a file, checked as by {@link #load}. */
    public byte[] message(StoredChunk.InFile chunk) throws IOException {
        byte[] message = new byte[chunk.length()];
        read(chunk, ByteBuffer.wrap(message));
        return message;
    }

    private void read(StoredChunk.InFile chunk, ByteBuffer into) throws IOException {
        try {
            CheckedRead.read(bytes -> chunk.file().read(chunk.offset(), bytes), into, chunk.crc());
        } catch (NotAsWritten damaged) {
            throw damaged(chunk, damaged.getMessage() + ": the disk or its file system damaged it", damaged);
        } catch (IOException unreadable) {
            shuffle.files().readingFailed(chunk.file().path(), unreadable);
            if (DiskFailure.isOfReading(unreadable)) {
                throw damaged(chunk, "cannot be read: " + unreadable.getMessage(), unreadable);
            }
            throw unreadable;
        }
    }

    private ChunkDamaged damaged(StoredChunk.InFile chunk, String how, IOException cause) {
        return new ChunkDamaged(
                "chunk " + chunk.number() + " of shuffle " + shuffle.id() + ", " + chunk.length() + " bytes at "
                        + chunk.offset() + " of " + chunk.file().path() + ", " + how,
                cause);
    }

    /** Lets go. Closing twice is harmless. */
    @Override
    public void close() {
        if (closed || shuffle == null) {
            return;
        }
        closed = true;
        try {
            shuffle.release();
        } catch (IOException leftOver) {
            // Removal was asked for earlier, by someone who is gone; closing the store tries to delete it again.
        }
    }
}
