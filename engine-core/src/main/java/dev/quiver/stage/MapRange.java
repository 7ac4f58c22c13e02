package dev.quiver.stage;

import java.io.Serializable;

/**
 * Consecutive map outputs of a shuffle.
 *
 * @param from first map output
 * @param end  one after the last; may lie behind the last output there is
 */
public record MapRange(int from, int end) implements Serializable {
    /** Every map output, however many there are. */
    public static final MapRange ALL = new MapRange(0, Integer.MAX_VALUE);

    public MapRange {
        if (from < 0 || end < from) {
            throw new IllegalArgumentException("no such map outputs: [" + from + ", " + end + ")");
        }
    }

    public boolean isAll() {
        return equals(ALL);
    }

    @Override
    public String toString() {
        return isAll() ? "all map outputs" : "map outputs [" + from + ", " + end + ")";
    }
}
