package dev.quiver.exec.kernel.join;

import dev.quiver.exec.column.Column;
import java.util.List;

/**
 * Longs, or ints, as keys. Keys that lie close together are looked up by their distance from the least one; others in an
 * open-addressed table that holds key and row side by side, so that a lookup mostly touches one cache line.
 */
final class LongJoinTable extends JoinTable {
    /** Places for each row up to which a table without hashing is worth its memory. */
    private static final long MOST_PLACES_A_ROW = 16;

    private static final long MOST_PLACES = 1 << 28;

    private long least = Long.MAX_VALUE;
    private long most = Long.MIN_VALUE;

    /** Row plus one by distance from the least key; or null. */
    private int[] near;

    /** Key, and row plus one; or null. */
    private long[] hashed;

    private int shift;
    private long[] keys = new long[0];

    /** @param lean whether keys are looked up by distance only if that takes no more memory than hashing */
    LongJoinTable(Column column, int rows, boolean lean) {
        super(rows);
        boolean nullable = column.nulls() != null;
        long[] values = widened(column, rows);
        for (int row = 0; row < rows; row++) {
            if (!nullable || !column.isNull(row)) {
                least = Math.min(least, values[row]);
                most = Math.max(most, values[row]);
            }
        }
        long span = least > most ? 0 : most - least;
        if (span >= 0
                && span < MOST_PLACES
                && span / MOST_PLACES_A_ROW <= rows + 64L
                && (!lean || span < hashedBytes(rows) / Integer.BYTES)) {
            near = new int[least > most ? 0 : (int) span + 1];
        } else {
            int bits = bits(rows);
            hashed = new long[2 << bits];
            shift = Long.SIZE - bits;
        }
        for (int row = rows - 1; row >= 0; row--) {
            if (nullable && column.isNull(row)) {
                chainNull(row);
            } else if (near != null) {
                int at = (int) (values[row] - least);
                near[at] = chain(row, near[at] - 1) + 1;
            } else {
                int at = place(values[row]);
                hashed[at] = values[row];
                hashed[at + 1] = chain(row, (int) hashed[at + 1] - 1) + 1L;
            }
        }
        keys = new long[0];
    }

    private static int bits(long rows) {
        return Math.max(4, Long.SIZE - Long.numberOfLeadingZeros(2 * rows + 1));
    }

    private static long hashedBytes(long rows) {
        return 2L * Long.BYTES << bits(rows);
    }

    /** Most bytes besides the chains. */
    static long bytes(long rows, boolean lean) {
        // Ints are widened to longs for a while.
        long wide = Long.BYTES * rows;
        long places = Math.min(MOST_PLACES, MOST_PLACES_A_ROW * (rows + 65));
        return wide + (lean ? hashedBytes(rows) : Math.max(hashedBytes(rows), Integer.BYTES * places));
    }

    /** Where a key is, or shall be. */
    private int place(long key) {
        int mask = hashed.length - 1;
        int at = spread(key, shift) << 1;
        while (hashed[at + 1] != 0 && hashed[at] != key) {
            at = at + 2 & mask;
        }
        return at;
    }

    /** Another spread than the partitioner's: keys of one partition agree in the bits that it looks at. */
    private static int spread(long key, int shift) {
        long mixed = (key ^ key >>> 32) * 0xFF51AFD7ED558CCDL;
        return (int) ((mixed ^ mixed >>> 29) * 0xC4CEB9FE1A85EC53L >>> shift);
    }

    private long[] widened(Column column, int rows) {
        if (column instanceof Column.Longs longs) {
            return longs.values();
        }
        if (keys.length < rows) {
            keys = new long[rows];
        }
        int[] ints = ((Column.Ints) column).values();
        for (int row = 0; row < rows; row++) {
            keys[row] = ints[row];
        }
        return keys;
    }

    @Override
    void findKeys(List<Column> columns, int rows, int[] heads) {
        long[] values = widened(columns.get(0), rows);
        if (near != null) {
            findNear(values, rows, heads);
        } else {
            findHashed(values, rows, heads);
        }
    }

    private void findNear(long[] values, int rows, int[] heads) {
        int[] places = near;
        long first = least;
        long count = places.length;
        for (int row = 0; row < rows; row++) {
            long at = values[row] - first;
            heads[row] = at >= 0 && at < count && values[row] >= first ? places[(int) at] - 1 : NONE;
        }
    }

    private void findHashed(long[] values, int rows, int[] heads) {
        long[] table = hashed;
        int mask = table.length - 1;
        int bits = shift;
        for (int row = 0; row < rows; row++) {
            long key = values[row];
            int at = spread(key, bits) << 1;
            while (table[at + 1] != 0 && table[at] != key) {
                at = at + 2 & mask;
            }
            heads[row] = (int) table[at + 1] - 1;
        }
    }
}
