package dev.quiver.exec.memory;

/**
 * How many bytes the states of an aggregation take as objects, about. Of the rows merged into them a few are looked at:
 * how much larger the row made its state, and how large the row is itself. These stand for the others, so that states
 * which grow with every row, such as lists and texts put together, are noticed whichever keys they belong to, and states
 * that stay as large as they are cost nothing. Large states are looked at rarely. Belongs to one task.
 *
 * <pre>
 * for each row:   if (sizes.looks()) { sizes.before(state); merge; sizes.after(row, state) } else { merge }
 * now and then:   sizes.merged(rows, bytes of these rows)
 * </pre>
 */
public final class StateSizes {
    /** One row of so many is looked at, while states are small. */
    private static final int ONE_IN = 64;

    /** A state of so many bytes costs as much to look at as this many rows cost to merge. */
    private static final int BYTES_LIKE_ROWS = 4096;

    private final RowSizes sizes;
    private int untilLook = 1;
    private long before;
    private long random = 0x9E3779B97F4A7C15L;

    /** Of the rows looked at, the older ones counting less. */
    private double growth;

    private double rowBytes;
    private double looked;

    /** Whether any was looked at since rows were told of. */
    private boolean fresh;

    private double bytes;

    public StateSizes(RowSizes sizes) {
        this.sizes = sizes;
    }

    /** Asked before each row is merged: whether this one is to be looked at. */
    public boolean looks() {
        return --untilLook <= 0;
    }

    /** @param state that the row will change; null when it is the first of its key */
    public void before(Object state) {
        before = sizes.ofOne(state);
    }

    /**
     * @param row   that was merged
     * @param state that it made
     */
    public void after(Object row, Object state) {
        long after = sizes.ofOne(state);
        growth += after - before;
        rowBytes += sizes.of(row);
        looked++;
        fresh = true;
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        long gap = ONE_IN * (1 + Math.max(before, after) / BYTES_LIKE_ROWS);
        untilLook = (int) Math.min(Integer.MAX_VALUE, 1 + Math.floorMod(random, 2 * gap));
    }

    /** Tells that rows were merged. @param ofRows bytes they take as objects, or -1 when it is not known */
    public void merged(int rows, long ofRows) {
        if (looked > 0) {
            bytes += ofRows < 0 || rowBytes == 0 ? rows * growth / looked : ofRows * growth / rowBytes;
            bytes = Math.max(0, bytes);
        }
        if (fresh) {
            fresh = false;
            growth /= 2;
            rowBytes /= 2;
            looked /= 2;
        }
    }

    /** Tells that there are these states now, whatever was told before. Looks at the first of them. */
    public void are(Object[] states, int count) {
        int looked = Math.min(count, ONE_IN);
        bytes = looked == 0 ? 0 : (double) sizes.of(states, looked) / looked * count;
    }

    /** Bytes of all states. */
    public long bytes() {
        return (long) bytes;
    }

    /** Bytes that a row takes which is merged next, about. */
    public long rowBytes() {
        return looked > 0 ? (long) (rowBytes / looked) : 0;
    }

    /** Tells that all states are gone. */
    public void clear() {
        bytes = 0;
    }
}
