package dev.quiver.shuffle.store;

/**
 * Where the store accounts for the chunks it holds in memory: the port to the executor's budget. Counts bytes, allocates
 * none. Safe for many threads; never blocks for long.
 */
public interface ChunkMemory {
    /** A budget without a limit. */
    ChunkMemory UNLIMITED = new ChunkMemory() {
        @Override
        public boolean tryGrow(long bytes) {
            return true;
        }

        @Override
        public void force(long bytes) {}

        @Override
        public void shrink(long bytes) {}
    };

    /** Holds more, all of it or nothing; false when there is no room. */
    boolean tryGrow(long bytes);

    /** Holds more whether there is room or not: for what is in memory anyway. */
    void force(long bytes);

    /** Holds less. */
    void shrink(long bytes);
}
