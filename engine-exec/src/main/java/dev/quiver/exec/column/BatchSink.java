package dev.quiver.exec.column;

/** Takes batches one after another. Belongs to one thread. */
@FunctionalInterface
public interface BatchSink {
    /**
     * Takes rows.
     *
     * @param batch borrowed: its arrays are filled again after the call, so what is kept is copied
     */
    void accept(ColumnBatch batch) throws Exception;
}
