package dev.quiver.exec.kernel.group;

import dev.quiver.exec.memory.HeldMemory;
import dev.quiver.exec.memory.RowSizes;
import dev.quiver.exec.task.MemoryExceeded;

/**
 * Memory for lists of values as they are made. Those made at a time may take what the largest list takes, by the mean of
 * the values; a list that takes more than its number of values suggests is asked for as it grows. When the next are made,
 * the ones before belong to whoever took them.
 */
final class ListMemory {
    /** Lists made at a time may take so much, however small they are. */
    private static final long AT_A_TIME = 1 << 20;

    private static final int LIST_BYTES = 40;

    private final HeldMemory memory;
    private final long others;
    private final double perValue;
    private long most;

    /**
     * @param others     bytes held for everything but lists
     * @param mostValues of one key
     * @param values     of all keys
     * @param valueBytes that all of them take as objects
     */
    ListMemory(HeldMemory memory, long others, long mostValues, long values, long valueBytes) {
        this.memory = memory;
        this.others = others;
        this.perValue = values == 0 ? 0 : (double) valueBytes / values + RowSizes.REFERENCE;
        this.most = Math.max(bytes(mostValues), Math.min(AT_A_TIME, bytes(values)));
    }

    /** Holds what the largest list takes; says whether there is room. @param orFail whether nothing else can be done */
    boolean tryHold(boolean orFail) {
        memory.hold(others);
        return orFail ? memory.tryHoldOrFail(others + most) : memory.tryHold(others + most);
    }

    /** Bytes of a list of so many values, about. */
    long bytes(long values) {
        return LIST_BYTES + (long) (values * perValue);
    }

    /** Bytes of a value, about, as objects. */
    double perValue() {
        return perValue;
    }

    /** Bytes that lists made at a time may take. */
    long most() {
        return most;
    }

    /**
     * Holds so many bytes for one list.
     *
     * @throws MemoryExceeded when there is no room
     */
    void require(long bytes, Object key, long values, long soFar) {
        if (bytes > most) {
            if (!memory.tryHoldOrFail(others + bytes)) {
                throw memory.exceededBy(key, values, (long) ((double) bytes / soFar * values));
            }
            most = bytes;
        }
    }
}
