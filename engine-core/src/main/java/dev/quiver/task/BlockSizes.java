package dev.quiver.task;

/**
 * Sizes in one byte each, with at most ten percent error: the logarithm to the base 1.1. Zero stays exactly zero, and
 * nothing else becomes zero, so an empty block is never fetched and a full one never skipped.
 */
public final class BlockSizes {
    private static final double LOG_BASE = Math.log(1.1);
    private static final long[] SIZES = new long[256];

    static {
        for (int code = 1; code < SIZES.length; code++) {
            SIZES[code] = (long) Math.ceil(Math.pow(1.1, code));
        }
    }

    private BlockSizes() {}

    /** The code of a size in bytes. */
    public static byte encode(long bytes) {
        if (bytes <= 0) {
            return 0;
        }
        return (byte) Math.min(255, Math.max(1, (int) Math.ceil(Math.log(bytes) / LOG_BASE)));
    }

    /** The size a code stands for, at least the size encoded, in bytes. */
    public static long decode(byte code) {
        return SIZES[code & 0xFF];
    }
}
