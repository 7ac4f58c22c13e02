package dev.quiver.block;

import dev.quiver.block.memory.Reservation;

/**
 * Memory for the rows of a block that is being written. Asked for in steps that grow with what is held, so that a large
 * block asks a few dozen times and a small one holds little more than it needs; when there is no room for a step, for what
 * is needed now. What is left over goes back when the rows are handed over to the store. Belongs to one thread.
 */
final class Unroll {
    static final long FIRST_BYTES = 1 << 20;

    private final Reservation held;
    private long used;

    /** @param held transferred: of the task that writes the block, or of nobody's task; nothing is held yet */
    Unroll(Reservation held) {
        this.held = held;
    }

    /** Before the first rows, so that those are counted, too, which are gathered until they make a batch. */
    void begin() {
        held.tryGrowFree(FIRST_BYTES);
    }

    /** Whether so many bytes more may be used. Other blocks may be evicted for it. */
    boolean tryUse(long bytes) {
        long missing = used + bytes - held.bytes();
        if (missing > 0) {
            long step = held.bytes() == 0 ? FIRST_BYTES : held.bytes() / 2;
            if (!(step > missing && held.tryGrowFree(step)) && !held.tryGrow(missing)) {
                return false;
            }
        }
        used += bytes;
        return true;
    }

    /** What is used has another owner from now on, and what was left over has none. */
    void handOver(Reservation to) {
        held.handOver(used, to);
        used = 0;
        held.close();
    }

    /** Gives everything back. Closing twice, or after handing over, is harmless. */
    void close() {
        held.close();
    }
}
