package dev.quiver.shuffle.reader;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.FetchFailure;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.shuffle.chunk.ChunkSources;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.shuffle.format.ReadBuffer;
import dev.quiver.shuffle.storage.MapOutputUnreadable;
import dev.quiver.shuffle.storage.ShuffleStorage;
import dev.quiver.shuffle.storage.StoredRows;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/**
 * Reads the map outputs of one executor that this process reaches through its storage: batches by reference, files
 * directly. Belongs to the task's thread.
 */
final class StoredHolder implements AutoCloseable {
    private final WantedVersions wanted;
    private final DeliveryCheck check;
    private final StoredRows rows;
    private final TaskCounters counters;
    private final ReadBuffer room;
    private boolean done;

    /**
     * Opens what is there.
     *
     * @param mayBeEmpty as {@link DeliveryCheck} has it
     * @param room       to read files into; borrowed
     * @throws FetchFailure if something wanted is not there
     */
    StoredHolder(
            ExecutorId holder,
            ShuffleStorage storage,
            ShuffleId shuffle,
            int reducePartition,
            WantedVersions wanted,
            IntPredicate mayBeEmpty,
            TaskCounters counters,
            ReadBuffer room)
            throws IOException {
        this.wanted = wanted;
        this.counters = counters;
        this.room = room;
        this.check = new DeliveryCheck(shuffle, reducePartition, holder, wanted, mayBeEmpty);
        try {
            this.rows = storage.read(shuffle, reducePartition, wanted);
        } catch (ClosedByInterruptException interrupted) {
            throw interrupted;
        } catch (MapOutputUnreadable unreadable) {
            throw check.failure(unreadable.mapPartition(), unreadable.getMessage(), unreadable);
        } catch (IOException unreadable) {
            throw check.failure(-1, unreadable.getMessage(), unreadable);
        }
        try {
            check.known(rows.known(), rows.rows());
        } catch (FetchFailure unknown) {
            rows.close();
            throw unknown;
        }
    }

    boolean isDone() {
        return done;
    }

    /** Passes on the wanted rows of the next chunk. */
    void advance(Consumer<ColumnBatch> into) throws IOException {
        if (!rows.next()) {
            check.complete();
            done = true;
            close();
            return;
        }
        ChunkSources sources = rows.sources();
        ColumnBatch batch;
        try {
            batch = rows.load(room);
        } catch (ClosedByInterruptException interrupted) {
            throw interrupted;
        } catch (IOException unreadable) {
            throw check.failure(check.lost(sources), unreadable.getMessage(), unreadable);
        }
        check.delivered(sources);
        for (ColumnBatch selected : sources.select(batch, wanted)) {
            counters.shuffleRead(selected.rows(), selected.sizeBytes());
            into.accept(selected);
        }
    }

    @Override
    public void close() {
        rows.close();
    }
}
