package dev.quiver.exec.pipeline;

import dev.quiver.lineage.Op;
import java.math.BigInteger;

/**
 * The longs of one partition of a range. Row {@code i} of {@code n} belongs to the partition {@code p} of {@code P}
 * with {@code floor(n * p / P) <= i < floor(n * (p + 1) / P)}. Counts are unsigned, so that even all longs are a range.
 */
final class RangeCursor implements Cursor {
    private final long step;
    private long value;
    private long left;
    private long skipped;

    RangeCursor(Op.Range range, int partition) {
        this.step = range.step();
        BigInteger rows = rows(range);
        long first = bound(rows, partition, range.partitionCount());
        this.left = bound(rows, partition + 1, range.partitionCount()) - first;
        this.value = range.start() + first * range.step();
    }

    private static BigInteger rows(Op.Range range) {
        BigInteger step = BigInteger.valueOf(range.step());
        if (step.signum() == 0) {
            throw new IllegalArgumentException("a range needs a step other than 0");
        }
        BigInteger span = BigInteger.valueOf(range.end()).subtract(BigInteger.valueOf(range.start()));
        if (span.signum() != step.signum()) {
            return BigInteger.ZERO;
        }
        return span.abs().subtract(BigInteger.ONE).divide(step.abs()).add(BigInteger.ONE);
    }

    /** The low 64 bits of a row number; sums and products of them wrap to the right value. */
    private static long bound(BigInteger rows, int partition, int partitionCount) {
        return rows.multiply(BigInteger.valueOf(partition))
                .divide(BigInteger.valueOf(partitionCount))
                .longValue();
    }

    @Override
    public int next(Object[] rows) {
        int count = leftOf(rows.length);
        long next = value;
        for (int row = 0; row < count; row++) {
            rows[row] = next;
            next += step;
        }
        value = next;
        left -= count;
        return count;
    }

    boolean hasNext() {
        return left != 0;
    }

    long step() {
        return step;
    }

    /** How many of {@code most} longs are left. */
    int leftOf(int most) {
        return Long.compareUnsigned(left, most) < 0 ? (int) left : most;
    }

    /** Takes up to {@code most} longs, which the caller makes from {@link #skipped()} and the step; returns how many. */
    int skip(int most) {
        int count = Long.compareUnsigned(left, most) < 0 ? (int) left : most;
        skipped = value;
        value += count * step;
        left -= count;
        return count;
    }

    /** The first of the longs that were taken last. */
    long skipped() {
        return skipped;
    }
}
