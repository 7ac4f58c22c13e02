package dev.quiver.exec.kernel.sort;

/**
 * Sorts longs, each with another long beside it, and keeps equal ones as they came. Deals them out by the highest bits
 * in which they differ at all, into so many buckets that a few rows fall into each, and again within a bucket that is
 * still large; what is small is sorted by insertion, in the cache. Bits that all keys share cost nothing.
 */
final class RadixSort {
    private static final int SMALL = 32;
    private static final int MOST_BITS = 11;
    private static final int ROWS_A_BUCKET_BITS = 2;
    private static final int ROWS_BETWEEN_CHECKS = 1 << 20;

    private final Runnable checkKilled;
    private final int[][] starts = new int[Long.SIZE / 3 + 1][];
    private int unchecked;

    RadixSort(Runnable checkKilled) {
        this.checkKilled = checkKilled;
    }

    /** Sorts the first {@code rows} of both arrays by {@code keys}, as signed numbers. */
    void sort(long[] keys, long[] payload, int rows) {
        sort(keys, payload, 0, rows);
    }

    /** Sorts a range of both arrays by {@code keys}, as signed numbers. */
    void sort(long[] keys, long[] payload, int from, int to) {
        if (to - from <= SMALL) {
            insert(keys, payload, from, to);
            return;
        }
        // The other arrays start at row 0: moving the range there costs less than arrays as long as the whole.
        long[] otherKeys = new long[to - from];
        long[] otherPayload = new long[to - from];
        deal(keys, payload, otherKeys, otherPayload, from, to, -from, false, 0);
    }

    /**
     * Sorts rows that lie in the source. The result shall lie in the target or stay in the source.
     *
     * @param shift what to add to a place in the source for the same place in the target
     */
    private void deal(
            long[] keys,
            long[] payload,
            long[] targetKeys,
            long[] targetPayload,
            int from,
            int to,
            int shift,
            boolean intoTarget,
            int depth) {
        long least = keys[from];
        long most = least;
        for (int row = from + 1; row < to; row++) {
            least = Math.min(least, keys[row]);
            most = Math.max(most, keys[row]);
        }
        if (least == most) {
            if (intoTarget) {
                copy(keys, payload, targetKeys, targetPayload, from, to, shift);
            }
            return;
        }
        int differing = Long.SIZE - Long.numberOfLeadingZeros(most - least);
        int wanted = Long.SIZE - Long.numberOfLeadingZeros(to - from) - ROWS_A_BUCKET_BITS;
        int low = Math.max(0, differing - Math.min(MOST_BITS, Math.max(wanted, 3)));
        int buckets = (int) (most - least >>> low) + 1;
        int[] ends = starts(depth);
        scatter(keys, payload, targetKeys, targetPayload, from, to, shift, least, low, ends, buckets);
        check(to - from);
        if (low == 0) {
            if (!intoTarget) {
                copy(targetKeys, targetPayload, keys, payload, from + shift, to + shift, -shift);
            }
            return;
        }
        int start = from + shift;
        for (int bucket = 0; bucket < buckets; bucket++) {
            int end = ends[bucket];
            if (end - start > SMALL) {
                deal(targetKeys, targetPayload, keys, payload, start, end, -shift, !intoTarget, depth + 1);
            } else if (end > start) {
                if (intoTarget) {
                    insert(targetKeys, targetPayload, start, end);
                } else {
                    insertInto(targetKeys, targetPayload, keys, payload, start, end, -shift);
                }
            }
            start = end;
        }
    }

    private int[] starts(int depth) {
        if (starts[depth] == null) {
            starts[depth] = new int[(1 << MOST_BITS) + 1];
        }
        return starts[depth];
    }

    /** Leaves in {@code ends} where each bucket ends in the target. */
    private static void scatter(
            long[] keys,
            long[] payload,
            long[] targetKeys,
            long[] targetPayload,
            int from,
            int to,
            int shift,
            long least,
            int low,
            int[] ends,
            int buckets) {
        java.util.Arrays.fill(ends, 0, buckets + 1, 0);
        for (int row = from; row < to; row++) {
            ends[(int) (keys[row] - least >>> low) + 1]++;
        }
        ends[0] = from + shift;
        for (int bucket = 1; bucket <= buckets; bucket++) {
            ends[bucket] += ends[bucket - 1];
        }
        for (int row = from; row < to; row++) {
            long key = keys[row];
            int at = ends[(int) (key - least >>> low)]++;
            targetKeys[at] = key;
            targetPayload[at] = payload[row];
        }
    }

    private static void copy(
            long[] keys, long[] payload, long[] targetKeys, long[] targetPayload, int from, int to, int shift) {
        System.arraycopy(keys, from, targetKeys, from + shift, to - from);
        System.arraycopy(payload, from, targetPayload, from + shift, to - from);
    }

    private static void insert(long[] keys, long[] payload, int from, int to) {
        for (int row = from + 1; row < to; row++) {
            long key = keys[row];
            int at = row;
            if (keys[at - 1] > key) {
                long value = payload[row];
                do {
                    keys[at] = keys[at - 1];
                    payload[at] = payload[at - 1];
                    at--;
                } while (at > from && keys[at - 1] > key);
                keys[at] = key;
                payload[at] = value;
            }
        }
    }

    /** Insertion into other arrays: moves and sorts at once. */
    private static void insertInto(
            long[] keys, long[] payload, long[] targetKeys, long[] targetPayload, int from, int to, int shift) {
        int first = from + shift;
        for (int row = from; row < to; row++) {
            long key = keys[row];
            int at = row + shift;
            while (at > first && targetKeys[at - 1] > key) {
                targetKeys[at] = targetKeys[at - 1];
                targetPayload[at] = targetPayload[at - 1];
                at--;
            }
            targetKeys[at] = key;
            targetPayload[at] = payload[row];
        }
    }

    private void check(int rows) {
        unchecked += rows;
        if (unchecked >= ROWS_BETWEEN_CHECKS) {
            unchecked = 0;
            checkKilled.run();
        }
    }
}
