package dev.quiver.exec.memory;

import dev.quiver.config.Bytes;
import dev.quiver.exec.task.MemoryExceeded;
import dev.quiver.exec.task.OperatorMemory;
import dev.quiver.exec.task.OperatorMemory.Otherwise;
import java.util.Locale;

/**
 * What one operator holds, told as a whole and not as more or less: tables say how much they will take after the next
 * batch, and that is what is asked for. A little is never refused, because less than that could not be worked with.
 * Belongs to one task.
 */
public final class HeldMemory {
    private static final long MOST_FLOOR = 1 << 20;
    private static final long FLOOR_PART = 8;
    private static final int MOST_KEY_LENGTH = 100;

    private final OperatorMemory memory;
    private final Otherwise otherwise;
    private final long floor;
    private long buffers;

    /** @param memory borrowed; counts nothing but what is told here */
    public HeldMemory(OperatorMemory memory) {
        this(memory, Otherwise.SPILLS);
    }

    /** @param otherwise what is done when memory is refused */
    public HeldMemory(OperatorMemory memory, Otherwise otherwise) {
        this.memory = memory;
        this.otherwise = otherwise;
        this.floor = Math.min(MOST_FLOOR, memory.share() / FLOOR_PART);
    }

    /**
     * Holds so many bytes, if it does not hold them already.
     *
     * @return false when there is no room for them: then it holds as much as before
     */
    public boolean tryHold(long bytes) {
        return tryHold(bytes, otherwise);
    }

    /** As {@link #tryHold(long)}, for rows that cannot be put aside: others of the task are, before it says no. */
    public boolean tryHoldOrFail(long bytes) {
        return tryHold(bytes, Otherwise.FAILS);
    }

    private boolean tryHold(long bytes, Otherwise refused) {
        long more = buffers + bytes - memory.bytes();
        if (more <= 0 || memory.tryGrow(more, refused)) {
            return true;
        }
        if (bytes > floor) {
            return false;
        }
        memory.force(more);
        return true;
    }

    /** Holds so many bytes from now on, no more and no less, whether there is room or not. */
    public void hold(long bytes) {
        long more = buffers + bytes - memory.bytes();
        if (more > 0) {
            memory.force(more);
        } else {
            memory.shrink(-more);
        }
    }

    /** Holds so many bytes beside everything else, for buffers that rows go through. */
    public void holdBuffers(long bytes) {
        long before = memory.bytes() - buffers;
        buffers = bytes;
        hold(before);
    }

    /** As {@link OperatorMemory#share}. */
    public long share() {
        return memory.share();
    }

    /** As {@link OperatorMemory#most}. */
    public long most() {
        return memory.most();
    }

    /** As {@link OperatorMemory#total}. */
    public long total() {
        return memory.total();
    }

    /** As {@link OperatorMemory#beside}. */
    public long beside() {
        return memory.beside();
    }

    /** Bytes held now. */
    public long bytes() {
        return memory.bytes();
    }

    /** As {@link OperatorMemory#spillWith}. */
    public void spillWith(OperatorMemory.Spiller spiller) {
        memory.spillWith(spiller);
    }

    /** What to throw when the values of one key do not fit. @param bytes that they take as objects, about */
    public MemoryExceeded exceededBy(Object key, long values, long bytes) {
        return exceeded(
                String.format(
                        Locale.ROOT,
                        "key %s has %d values, about %s as objects",
                        shortened(key),
                        values,
                        Bytes.of(bytes).display()),
                bytes);
    }

    /** A key in a message. */
    public static String shortened(Object key) {
        String text;
        try {
            text = String.valueOf(key);
        } catch (RuntimeException unprintable) {
            text = "of " + key.getClass().getName();
        }
        return text.length() <= MOST_KEY_LENGTH ? text : text.substring(0, MOST_KEY_LENGTH) + "...";
    }

    /** As {@link OperatorMemory#exceeded(String)}. */
    public MemoryExceeded exceeded(String what) {
        return memory.exceeded(what);
    }

    /** As {@link OperatorMemory#exceeded(String, long)}. */
    public MemoryExceeded exceeded(String what, long needed) {
        return memory.exceeded(what, needed);
    }
}
