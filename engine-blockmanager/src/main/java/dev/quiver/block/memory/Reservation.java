package dev.quiver.block.memory;

/** Memory held under one name. Closed by whoever opened it; a closed one cannot grow. Safe for many threads. */
public interface Reservation extends AutoCloseable {
    /**
     * Holds more, all of it or nothing. For execution, cached blocks may be evicted before this returns, which can mean
     * writing them to disk. One of a task waits besides, while others hold what it is guaranteed.
     *
     * @return false when there is no room: hold less, spill, or fail with {@link MemoryBudget#describe()}
     */
    boolean tryGrow(long bytes);

    /** As {@link #tryGrow}, out of what nobody holds: nothing is evicted, and nobody waited for. */
    boolean tryGrowFree(long bytes);

    /** Holds more whether there is room or not: for memory that is in use already and cannot be refused. */
    void force(long bytes);

    /** Holds less. @throws IllegalArgumentException if it holds less than that already */
    void shrink(long bytes);

    /**
     * Hands some of what is held to another reservation of the same pool, at once: at every moment one of the two holds
     * it. Asks for no room, since none is needed.
     *
     * @throws IllegalArgumentException if it holds less than that, or the other is of another pool
     */
    void handOver(long bytes, Reservation to);

    /** Bytes held now. */
    long bytes();

    /** The name. */
    String holder();

    /** Gives everything back. Closing twice is harmless. */
    @Override
    void close();
}
