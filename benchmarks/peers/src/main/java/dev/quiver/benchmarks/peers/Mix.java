package dev.quiver.benchmarks.peers;

/** Numbers that look random and are the same everywhere. */
final class Mix {
    static final long FIRST = 0xBF58476D1CE4E5B9L;
    static final long SECOND = 0x94D049BB133111EBL;

    private Mix() {}

    static long mix(long number) {
        long z = number;
        z = (z ^ z >>> 30) * FIRST;
        z = (z ^ z >>> 27) * SECOND;
        return z ^ z >>> 31;
    }

    static long key(long number, long keys) {
        return Math.floorMod(mix(number), keys);
    }
}
