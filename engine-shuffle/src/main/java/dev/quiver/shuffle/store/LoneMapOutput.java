package dev.quiver.shuffle.store;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.task.MapOutput;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One map output in files that hold nothing else: for storage that publishes each when it is committed. Its files are
 * complete before it is published; dropped, it leaves nothing. Belongs to the task's thread.
 */
public final class LoneMapOutput implements MapOutputWriter {
    /** Makes an output visible whose files are complete. */
    public interface Publisher {
        /**
         * Publishes, or fails having made nothing visible.
         *
         * @param rows   rows of each reduce partition
         * @param chunks by ascending reduce partition
         */
        void publish(long[] rows, List<SealedChunk> chunks) throws IOException;
    }

    private final StoredShuffle shuffle;
    private final MapVersion version;
    private final StoreWriter writer;
    private final Publisher publisher;
    private boolean published;
    private boolean closed;

    /**
     * @param shuffle for this output alone, in files
     * @param writer  into it; transferred
     */
    LoneMapOutput(StoredShuffle shuffle, MapVersion version, StoreWriter writer, Publisher publisher) {
        this.shuffle = shuffle;
        this.version = version;
        this.writer = writer;
        this.publisher = publisher;
    }

    @Override
    public void write(int reducePartition, ColumnBatch batch) throws IOException {
        writer.write(reducePartition, batch);
    }

    @Override
    public boolean countsRows() {
        return writer.countsRows();
    }

    @Override
    public void correctContent(long difference) {
        writer.correctContent(difference);
    }

    @Override
    public MapOutput commit() throws IOException {
        MapOutput output = writer.commit();
        shuffle.seal();
        WantedVersions self = new WantedVersions.Builder()
                .add(version.mapPartition(), version.epoch(), version.attempt())
                .build();
        RowCounts counts = shuffle.known(self).get(version);
        long[] rows = new long[shuffle.reduceCount()];
        List<SealedChunk> chunks = new ArrayList<>();
        for (int partition = 0; partition < rows.length; partition++) {
            rows[partition] = counts.rows(partition);
            for (StoredChunk chunk : shuffle.partition(partition).containing(self, 0)) {
                StoredChunk.InFile at = (StoredChunk.InFile) chunk;
                chunks.add(new SealedChunk(
                        partition,
                        at.file(),
                        at.offset(),
                        at.length(),
                        at.crc(),
                        at.sources().totalRows()));
            }
        }
        publisher.publish(rows, chunks);
        published = true;
        return output;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        writer.close();
        if (published) {
            return;
        }
        try {
            shuffle.remove();
        } catch (IOException leftOver) {
            // Without being published it is never read; it goes with its shuffle.
        }
    }
}
