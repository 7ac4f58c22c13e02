package dev.quiver.exec.task;

/**
 * Memory that one operator of a running task holds under its name, out of the one budget of the executor. Counts bytes and
 * allocates none: an operator asks before it keeps more, and puts rows aside on disk when it is refused. Belongs to the
 * task's thread.
 */
public interface OperatorMemory extends AutoCloseable {
    /** How an operator gives memory back for another one of its task that needs it. */
    interface Spiller {
        /**
         * Puts rows aside on disk and shrinks by what they held. Comes on the task's thread, while another operator of the
         * task asks for memory: that is, from inside a call of this operator to the one it reads from or gives rows to, or
         * between calls to this one.
         *
         * @return bytes given back; 0 when there is nothing to put aside now
         */
        long spill() throws Exception;

        /**
         * Whether much has to be written for it besides what is held, now: then it is not asked for one who would hand on
         * what it holds.
         */
        default boolean isCostly() {
            return false;
        }
    }

    /** What an operator does that is refused, which says what may be asked of others for it. */
    enum Otherwise {
        /** It hands on what it holds, and begins anew: larger ones spill for it where that costs little. */
        HANDS_ON,
        /** It goes through the disk: larger ones spill for it. */
        SPILLS,
        /** It fails the task: all others spill for it, the largest first, however little they hold. */
        FAILS
    }

    /**
     * Holds so many bytes more, all of them or none. For this, cached blocks may be dropped or written to disk, larger
     * operators of the same task may be made to spill, and other tasks be waited for, before it returns.
     *
     * @return false when the executor has no room for it, or the task would hold more than its share
     */
    boolean tryGrow(long bytes);

    /** As {@link #tryGrow(long)}, which is for those who spill otherwise. */
    default boolean tryGrow(long bytes, Otherwise otherwise) {
        return tryGrow(bytes);
    }

    /** Holds more whether there is room or not: for what an operator cannot do without, such as one batch. */
    void force(long bytes);

    /** Holds less. @throws IllegalArgumentException if it holds less than that already */
    void shrink(long bytes);

    /** Bytes held now. */
    long bytes();

    /**
     * Bytes that this task may hold when every slot of the executor has a task, all of its operators together. Buffers are
     * sized by it. A task that runs beside fewer others may hold more.
     */
    long share();

    /** Most bytes that this task may hold at this moment, all of its operators together; no less than its share. */
    long most();

    /** Bytes that the executor has for all of its tasks and caches together: more can never be held. */
    default long total() {
        return most();
    }

    /**
     * A slot's part of the heap that is not in the budget, but left to the objects of user code. Only what a user asked to
     * have as objects, such as the rows of a result, may count on it when the budget has no more.
     */
    default long beside() {
        return 0;
    }

    /** Names who gives memory back for others of the task; null when nobody does from now on. */
    void spillWith(Spiller spiller);

    /**
     * What to throw when rows do not fit and cannot be put aside either.
     *
     * @param what one clause, without a full stop: which rows need how much memory
     */
    MemoryExceeded exceeded(String what);

    /** As {@link #exceeded(String)}. @param needed bytes that must be held together: whether it may help to try again */
    default MemoryExceeded exceeded(String what, long needed) {
        return exceeded(what);
    }

    /** Gives everything back. Closing twice is harmless. */
    @Override
    void close();
}
