package dev.quiver.exec.kernel.join;

import dev.quiver.exec.column.Column;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Text as keys. A place of the open-addressed table holds hash and row plus one; bytes are compared where hashes agree. */
final class TextJoinTable extends JoinTable {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Column.Slices built;
    private final long[] table;

    TextJoinTable(Column.Slices column, int rows) {
        super(rows);
        this.built = column;
        this.table = new long[1 << bits(rows)];
        for (int row = rows - 1; row >= 0; row--) {
            if (column.isNull(row)) {
                chainNull(row);
                continue;
            }
            int start = column.offsets()[row];
            int end = column.offsets()[row + 1];
            int hash = hash(column.data(), start, end);
            int at = place(hash, column.data(), start, end);
            table[at] = (long) hash << 32 | chain(row, (int) table[at] - 1) + 1;
        }
    }

    private static int bits(long rows) {
        return Math.max(4, Long.SIZE - Long.numberOfLeadingZeros(2 * rows + 1));
    }

    /** Bytes besides the chains. */
    static long bytes(long rows) {
        return (long) Long.BYTES << bits(rows);
    }

    @Override
    void findKeys(List<Column> columns, int rows, int[] heads) {
        Column.Slices keys = (Column.Slices) columns.get(0);
        byte[] data = keys.data();
        int[] offsets = keys.offsets();
        for (int row = 0; row < rows; row++) {
            heads[row] = hash(data, offsets[row], offsets[row + 1]);
        }
        for (int row = 0; row < rows; row++) {
            heads[row] = (int) table[place(heads[row], data, offsets[row], offsets[row + 1])] - 1;
        }
    }

    private int place(int hash, byte[] data, int start, int end) {
        int mask = table.length - 1;
        int at = hash & mask;
        for (long entry = table[at]; entry != 0; entry = table[at]) {
            if ((int) (entry >>> 32) == hash) {
                int row = (int) entry - 1;
                int[] offsets = built.offsets();
                if (Arrays.equals(data, start, end, built.data(), offsets[row], offsets[row + 1])) {
                    return at;
                }
            }
            at = at + 1 & mask;
        }
        return at;
    }

    private static int hash(byte[] data, int start, int end) {
        long hash = end - start;
        int at = start;
        for (; at <= end - 8; at += 8) {
            hash = (hash ^ (long) WORD.get(data, at)) * 0x9FB21C651E98DF25L;
            hash ^= hash >>> 32;
        }
        long rest = 0;
        for (; at < end; at++) {
            rest = rest << 8 | data[at] & 0xFF;
        }
        hash = (hash ^ rest) * 0xFF51AFD7ED558CCDL;
        hash = (hash ^ hash >>> 33) * 0xC4CEB9FE1A85EC53L;
        return (int) (hash ^ hash >>> 32);
    }
}
