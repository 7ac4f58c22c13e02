package dev.quiver.benchmarks;

/** Numbers that look random and are the same everywhere. */
final class Mix {
    private Mix() {}

    /** Spreads a number over 64 bits; one to one. */
    static long mix(long number) {
        long z = number;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /** One of {@code keys} keys, from 0 on. */
    static long key(long number, long keys) {
        return Math.floorMod(mix(number), keys);
    }
}
