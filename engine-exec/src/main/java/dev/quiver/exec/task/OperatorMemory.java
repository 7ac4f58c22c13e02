package dev.quiver.exec.task;

/**
 * Memory that one operator of a running task holds under its name, out of the one budget of the executor. Counts bytes and
 * allocates none: an operator asks before it keeps more, and puts rows aside on disk when it is refused. Belongs to the
 * task's thread.
 */
public interface OperatorMemory extends AutoCloseable {
    /**
     * Holds so many bytes more, all of them or none. For this, cached blocks may be dropped or written to disk before it
     * returns.
     *
     * @return false when the executor has no room for it, or the task would hold more than its share
     */
    boolean tryGrow(long bytes);

    /** Holds more whether there is room or not: for what an operator cannot do without, such as one batch. */
    void force(long bytes);

    /** Holds less. @throws IllegalArgumentException if it holds less than that already */
    void shrink(long bytes);

    /** Bytes held now. */
    long bytes();

    /** Most bytes that this task may hold, all of its operators together. */
    long share();

    /**
     * What to throw when rows do not fit and cannot be put aside either.
     *
     * @param what one clause, without a full stop: which rows need how much memory
     */
    MemoryExceeded exceeded(String what);

    /** Gives everything back. Closing twice is harmless. */
    @Override
    void close();
}
