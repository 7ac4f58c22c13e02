package dev.quiver.exec.memory;

/**
 * When rows that are gathered as objects have to go on: at about a mebibyte, however few they are. One row in sixteen is
 * looked at, and as many more as are large or come first; the rows in between are taken to be like it. Objects of classes
 * that have no known size count as small. Belongs to one task's thread.
 */
public final class RowLimit {
    /** Bytes of rows that are enough for a batch. */
    public static final long BATCH_BYTES = 1 << 20;

    private static final int MOST_BETWEEN_LOOKS = 16;

    /** Bytes of a row that cannot be looked at. */
    private static final long UNKNOWN_BYTES = 64;

    /** Hears how much the rows at hand take where that is much. */
    @FunctionalInterface
    public interface AtHand {
        /** @param bytes more, or less when negative */
        void changed(long bytes);
    }

    private final RowSizes sizes;
    private final AtHand atHand;
    private int unseen;
    private int step = 1;
    private long bytes;
    private long told;

    /** @param atHand is told of rows when they are as many as may be at hand; has no operator spill */
    public RowLimit(AtHand atHand) {
        this.sizes = RowSizes.ofKnownClasses();
        this.atHand = atHand;
    }

    /** No row is at hand. */
    public void start() {
        bytes = 0;
        unseen = 0;
    }

    /** How many rows may be made before they are added. */
    public int step() {
        return Math.max(1, step - unseen);
    }

    /** A row more is at hand. Returns whether they have to go on. */
    public boolean add(Object row) {
        if (++unseen >= step) {
            look(row);
        }
        return bytes >= BATCH_BYTES;
    }

    /** As {@link #add(Object)}, for rows of an array. */
    public boolean add(Object[] rows, int from, int count) {
        int end = from + count;
        int row = from;
        while (end - row >= step - unseen) {
            row += step - unseen;
            unseen = step;
            look(rows[row - 1]);
        }
        unseen += end - row;
        return isReached();
    }

    /** Whether the rows at hand have to go on. */
    public boolean isReached() {
        return bytes >= BATCH_BYTES;
    }

    private void look(Object row) {
        long size = Math.max(1, sizeOf(row));
        bytes += size * unseen;
        unseen = 0;
        step = (int) Math.max(1, Math.min(Math.min(2 * step, MOST_BETWEEN_LOOKS), BATCH_BYTES / size));
        if (bytes >= BATCH_BYTES && bytes != told) {
            atHand.changed(bytes - told);
            told = bytes;
        }
    }

    private long sizeOf(Object row) {
        try {
            return sizes.of(row);
        } catch (RuntimeException odd) {
            // Code of the user's: a collection that somebody changes, or one that only looks like one.
            return UNKNOWN_BYTES;
        }
    }
}
