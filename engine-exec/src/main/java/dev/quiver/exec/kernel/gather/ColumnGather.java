package dev.quiver.exec.kernel.gather;

import dev.quiver.QuiverException;
import dev.quiver.exec.column.Column;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Copies rows of columns of one kind. */
abstract class ColumnGather {
    static final int MOST_VALUES = Integer.MAX_VALUE - 16;

    private final int sourceCount;
    private long[][] nulls;

    ColumnGather(Column[] sources) {
        this.sourceCount = sources.length;
        boolean any = false;
        long[][] bits = new long[sources.length][];
        for (int source = 0; source < bits.length; source++) {
            bits[source] = sources[source].nulls();
            any |= bits[source] != null;
        }
        this.nulls = any ? bits : null;
    }

    /** @param rows how many rows each source has */
    static ColumnGather of(Column[] sources, int[] rows) {
        Column first = sources[0];
        if (first instanceof Column.Longs) {
            return new FixedGathers.OfLongs(sources);
        }
        if (first instanceof Column.Ints) {
            return new FixedGathers.OfInts(sources);
        }
        if (first instanceof Column.Doubles) {
            return new FixedGathers.OfDoubles(sources);
        }
        if (first instanceof Column.Floats) {
            return new FixedGathers.OfFloats(sources);
        }
        if (first instanceof Column.Shorts) {
            return new FixedGathers.OfShorts(sources);
        }
        if (first instanceof Column.Bytes) {
            return new FixedGathers.OfBytes(sources);
        }
        if (first instanceof Column.Slices) {
            return new SlicesGather(sources, rows);
        }
        return ArraysGather.takes(sources) ? new ArraysGather(sources) : new ListsGather(sources);
    }

    /** Refuses a column that no array can hold, before one is made. */
    static void requireRoom(int rows, long total, String what, int most) {
        if (total > most) {
            throw new QuiverException("A batch of " + rows + " rows would hold " + total + " " + what
                    + " in one column,"
                    + " more than an array can (" + most + "). The task fails: one row is too large for the engine."
                    + " Split the value, or put it into a file and pass the path.");
        }
    }

    abstract Column take(long[] ids, int from, int count);

    /** Takes rows of another column from now on; or returns false when another gather must take the place of this one. */
    boolean replace(int source, Column column, int rows) {
        if (column.nulls() != null && nulls == null) {
            nulls = new long[sourceCount][];
        }
        if (nulls != null) {
            nulls[source] = column.nulls();
        }
        return true;
    }

    /** The null bits of the rows taken, or null when none of them is null. */
    final long[] nullsOf(long[] ids, int from, int count) {
        if (nulls == null) {
            return null;
        }
        long[] taken = null;
        for (int row = 0; row < count; row++) {
            long id = ids[from + row];
            long[] bits = nulls[(int) (id >>> 32)];
            int at = (int) id;
            if (bits != null && (bits[at >>> 6] & 1L << at) != 0) {
                if (taken == null) {
                    taken = new long[count + 63 >>> 6];
                }
                taken[row >>> 6] |= 1L << row;
            }
        }
        return taken;
    }

    static <A> A[] arrays(Column[] sources, IntFunction<A[]> maker, Function<Column, A> array) {
        A[] arrays = maker.apply(sources.length);
        for (int source = 0; source < arrays.length; source++) {
            arrays[source] = array.apply(sources[source]);
        }
        return arrays;
    }
}
