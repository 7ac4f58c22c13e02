package dev.quiver.runtime.simulation;

/**
 * Numbers that follow from a seed and from what they are for. Unlike those of one random generator they do not depend on
 * how many were drawn before, so a run without one of its faults goes on as it would have gone.
 */
record Chance(long seed) {
    /** A number in {@code [0, bound)}. @param what tells this use from all others */
    int below(int bound, long... what) {
        return (int) Math.floorMod(number(what), (long) bound);
    }

    /** True once in {@code bound} times. */
    boolean oneIn(int bound, long... what) {
        return below(bound, what) == 0;
    }

    long number(long... what) {
        long hash = seed;
        for (long part : what) {
            hash = mix(hash ^ part * 0x9E3779B97F4A7C15L);
        }
        return mix(hash);
    }

    static long mix(long number) {
        long z = number + 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
