package dev.quiver.exec.column;

/** Batches one after another. Belongs to one thread. */
public interface BatchSource extends AutoCloseable {
    /** The next batch, never an empty one, or null at the end. May wait for data to arrive. */
    ColumnBatch next() throws Exception;

    /** Frees what the source holds. Closing twice is harmless. */
    @Override
    void close();

    /** A source over batches that are already there. */
    static BatchSource of(Iterable<ColumnBatch> batches) {
        java.util.Iterator<ColumnBatch> iterator = batches.iterator();
        return new BatchSource() {
            @Override
            public ColumnBatch next() {
                return iterator.hasNext() ? iterator.next() : null;
            }

            @Override
            public void close() {}
        };
    }

    /** One source after the other; each is closed at its end, all of them with this. */
    static BatchSource of(BatchSource... sources) {
        return new BatchSource() {
            private int at;

            @Override
            public ColumnBatch next() throws Exception {
                while (at < sources.length) {
                    ColumnBatch batch = sources[at].next();
                    if (batch != null) {
                        return batch;
                    }
                    sources[at++].close();
                }
                return null;
            }

            @Override
            public void close() {
                for (BatchSource source : sources) {
                    source.close();
                }
                at = sources.length;
            }
        };
    }
}
