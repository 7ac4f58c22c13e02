package dev.quiver.shuffle.reader;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.FetchFailure;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.shuffle.format.ReadBuffer;
import dev.quiver.shuffle.store.PartitionView;
import dev.quiver.shuffle.store.ShuffleStore;
import dev.quiver.shuffle.store.StoredChunk;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Iterator;
import java.util.function.Consumer;

/** Reads the rows that are in this very process: batches by reference, files directly. Belongs to the task's thread. */
final class LocalHolder implements AutoCloseable {
    private final WantedVersions wanted;
    private final DeliveryCheck check;
    private final PartitionView view;
    private final Iterator<StoredChunk> chunks;
    private final TaskCounters counters;
    private final ReadBuffer room;
    private boolean done;

    /** @param room to read files into; borrowed */
    LocalHolder(
            ExecutorId self,
            ShuffleStore store,
            ShuffleId shuffle,
            int reducePartition,
            WantedVersions wanted,
            TaskCounters counters,
            ReadBuffer room)
            throws FetchFailure {
        this.wanted = wanted;
        this.counters = counters;
        this.room = room;
        this.check = new DeliveryCheck(shuffle, reducePartition, self, wanted);
        this.view = store.read(shuffle, reducePartition, wanted, 0);
        this.chunks = view.chunks().iterator();
        try {
            check.known(view.known(), view.rows());
        } catch (FetchFailure unknown) {
            view.close();
            throw unknown;
        }
    }

    boolean isDone() {
        return done;
    }

    /** Passes on the wanted rows of the next chunk. */
    void advance(Consumer<ColumnBatch> into) throws IOException {
        if (!chunks.hasNext()) {
            check.complete();
            done = true;
            close();
            return;
        }
        StoredChunk chunk = chunks.next();
        ColumnBatch batch;
        try {
            batch = view.load(chunk, room);
        } catch (ClosedByInterruptException interrupted) {
            throw interrupted;
        } catch (IOException unreadable) {
            throw check.failure(check.lost(chunk.sources()), unreadable.getMessage(), unreadable);
        }
        check.delivered(chunk.sources());
        for (ColumnBatch selected : chunk.sources().select(batch, wanted)) {
            counters.shuffleRead(selected.rows(), selected.sizeBytes());
            into.accept(selected);
        }
    }

    @Override
    public void close() {
        view.close();
    }
}
