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

    /** Takes back what {@link #mix} did. */
    static long unmix(long mixed) {
        long z = mixed;
        z = (z ^ z >>> 31 ^ z >>> 62) * 0x319642B2D24D8EC3L;
        z = (z ^ z >>> 27 ^ z >>> 54) * 0x96DE1B173F119089L;
        return z ^ z >>> 30 ^ z >>> 60;
    }

    /** The same number, a costly way round. */
    static long costly(long number, int rounds) {
        long z = number;
        for (int round = 0; round < rounds; round++) {
            z = mix(z);
        }
        for (int round = 0; round < rounds; round++) {
            z = unmix(z);
        }
        return z;
    }

    /** One of {@code keys} keys, from 0 on. */
    static long key(long number, long keys) {
        return Math.floorMod(mix(number), keys);
    }
}
