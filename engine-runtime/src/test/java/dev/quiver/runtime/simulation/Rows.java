package dev.quiver.runtime.simulation;

import java.util.Map;
import java.util.TreeMap;

/**
 * What some rows are, as one number, and which contents of which shuffles they come from. A shuffle that is computed again
 * with other rows has another content; whoever mixes rows of two contents is caught by {@link #and}.
 *
 * @param number  stands for all rows: equal for equal rows
 * @param origins content by number of the shuffle
 */
record Rows(long number, Map<Integer, Long> origins) {
    static Rows of(long number) {
        return new Rows(number, Map.of());
    }

    /** The origins of both. @throws AssertionError if they come from different contents of one shuffle */
    static Map<Integer, Long> and(Map<Integer, Long> one, Map<Integer, Long> other, Object who) {
        if (one.isEmpty() || one.equals(other)) {
            return other;
        }
        if (other.isEmpty()) {
            return one;
        }
        Map<Integer, Long> both = new TreeMap<>(one);
        other.forEach((shuffle, content) -> {
            Long before = both.put(shuffle, content);
            if (before != null && !before.equals(content)) {
                throw new AssertionError(who + " mixes rows of two contents of shuffle " + shuffle);
            }
        });
        return both;
    }
}
