package dev.quiver.shuffle.storage;

import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.shuffle.store.ShuffleStore;
import java.io.IOException;

/** Map outputs on the executor that wrote them, in its memory and on its disk. Lost with it. */
public final class ExecutorStorage implements ShuffleStorage {
    private final ExecutorId self;
    private final ShuffleStore store;

    /** @param store of this executor; transferred: closed with this */
    public ExecutorStorage(ExecutorId self, ShuffleStore store) {
        this.self = self;
        this.store = store;
    }

    @Override
    public boolean isReliable() {
        return StorageKind.EXECUTOR.isReliable();
    }

    @Override
    public boolean reaches(ExecutorId holder) {
        return holder.equals(self);
    }

    @Override
    public MapOutputWriter writer(TaskAttempt task, ShuffleId shuffle, int reduceCount, TaskCounters counters) {
        return store.writer(task, shuffle, reduceCount, counters);
    }

    @Override
    public StoredRows read(ShuffleId shuffle, int reducePartition, WantedVersions wanted) {
        return new ViewedRows(store.read(shuffle, reducePartition, wanted, 0));
    }

    @Override
    public void remove(ShuffleId shuffle) throws IOException {
        store.remove(shuffle);
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
