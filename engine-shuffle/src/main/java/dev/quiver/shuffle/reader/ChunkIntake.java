package dev.quiver.shuffle.reader;

import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.arrow.CorruptBatch;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.FetchFailure;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.shuffle.chunk.ChunkSources;
import dev.quiver.shuffle.chunk.WantedVersions;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Makes rows of the chunks of one other executor, once their bytes are proved right, and counts them. Belongs to the
 * reading task's thread.
 */
final class ChunkIntake {
    private final ArrowBatches codec;
    private final WantedVersions wanted;
    private final DeliveryCheck check;
    private final TaskCounters counters;
    private final Rows rows;

    /** Gets the wanted rows of every chunk. */
    interface Rows {
        /**
         * @param sources of the whole chunk
         * @param wanted  what was asked for
         * @param rows    the rows of that, stretch by stretch
         */
        void take(ChunkSources sources, WantedVersions wanted, List<ColumnBatch> rows);
    }

    /** @param rows gets the wanted rows of every chunk */
    ChunkIntake(ArrowBatches codec, WantedVersions wanted, DeliveryCheck check, TaskCounters counters, Rows rows) {
        this.codec = codec;
        this.wanted = wanted;
        this.check = check;
        this.counters = counters;
        this.rows = rows;
    }

    /**
     * Takes one chunk.
     *
     * @param schema  the Arrow schema message
     * @param crc     what the record batch message must have
     * @param message the record batch message, from position to limit; borrowed, and not moved
     * @return false if the message fails its checksum; then nothing was taken
     * @throws FetchFailure if it passes, and is wrong all the same
     */
    boolean take(int number, byte[] schema, int crc, ChunkSources sources, ByteBuffer message) throws FetchFailure {
        CRC32C found = new CRC32C();
        found.update(message.duplicate());
        if ((int) found.getValue() != crc) {
            return false;
        }
        ColumnBatch batch;
        try {
            batch = codec.decode(schema, message);
        } catch (CorruptBatch bug) {
            throw check.failure(
                    check.lost(sources),
                    "chunk " + number + " passes its checksum and is no batch of rows, which is a bug of the engine",
                    bug);
        }
        if (batch.rows() != sources.totalRows()) {
            throw check.failure(
                    check.lost(sources),
                    "chunk " + number + " has " + batch.rows() + " rows where its sources have " + sources.totalRows(),
                    null);
        }
        check.delivered(sources);
        long selectedRows = 0;
        List<ColumnBatch> stretches = sources.select(batch, wanted);
        for (ColumnBatch stretch : stretches) {
            selectedRows += stretch.rows();
        }
        rows.take(sources, wanted, stretches);
        counters.shuffleRead(selectedRows, message.remaining());
        return true;
    }
}
