package dev.quiver.exec.task;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import java.io.IOException;

/** A map output could not be read after all retries. The task ends, and the map output is computed again. */
public final class FetchFailure extends IOException {
    private static final long serialVersionUID = 1;

    private final ShuffleId shuffle;
    private final int mapPartition;
    private final ExecutorId holder;

    /**
     * @param mapPartition the map partition that is lost, or -1 when everything the holder has of this shuffle is
     * @param holder       the executor that was asked, or null when no executor has the output
     */
    public FetchFailure(ShuffleId shuffle, int mapPartition, ExecutorId holder, String message, Throwable cause) {
        super(message, cause);
        this.shuffle = shuffle;
        this.mapPartition = mapPartition;
        this.holder = holder;
    }

    public ShuffleId shuffle() {
        return shuffle;
    }

    public int mapPartition() {
        return mapPartition;
    }

    public ExecutorId holder() {
        return holder;
    }
}
