package dev.quiver.exec.kernel.join;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.kernel.key.KeyIndex;
import dev.quiver.shape.Shape;
import java.util.Arrays;
import java.util.List;

/** Keys of any shape that an index knows, records among them. None of the build side's is null, nor any part of one. */
final class IndexedJoinTable extends JoinTable {
    /** Of an index that doubles: two longs for each place, with at least twice as many places as keys, and half as many before. */
    private static final long INDEX_ROW_BYTES = 4 * 2 * Long.BYTES * 3 / 2;

    private final Shape key;
    private final KeyIndex index;

    /** First row of each key by its number. */
    private final int[] headOf;

    IndexedJoinTable(Shape key, List<Column> columns, int rows) {
        super(rows);
        this.key = key;
        this.index = KeyIndex.of(key);
        int[] numbers = new int[rows];
        index.number(columns, rows, 0, rows, numbers);
        headOf = new int[index.size()];
        Arrays.fill(headOf, NONE);
        for (int row = rows - 1; row >= 0; row--) {
            headOf[numbers[row]] = chain(row, headOf[numbers[row]]);
        }
    }

    /** Most bytes besides the chains, and besides the batch itself. */
    static long bytes(long rows, int keyColumns, long keyBytes) {
        long heads = 3L * Integer.BYTES * rows;
        long widened = (long) Long.BYTES * keyColumns * rows;
        // Copies of the keys double as well, while those before are still there; numbers are kept as longs.
        long keys = 3 * Math.max(keyBytes, widened);
        return heads + widened + keys + INDEX_ROW_BYTES * rows;
    }

    @Override
    void findKeys(List<Column> columns, int rows, int[] heads) {
        index.find(columns, rows, heads);
        for (int row = 0; row < rows; row++) {
            heads[row] = heads[row] == KeyIndex.NONE ? NONE : headOf[heads[row]];
        }
        if (!KeyIndex.takes(key, columns, rows)) {
            for (int row = 0; row < rows; row++) {
                if (KeyIndex.hasNull(key, columns, row)) {
                    heads[row] = NONE;
                }
            }
        }
    }
}
