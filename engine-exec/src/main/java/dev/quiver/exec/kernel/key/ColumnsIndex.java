package dev.quiver.exec.kernel.key;

import dev.quiver.QuiverException;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnLayout;
import dev.quiver.exec.kernel.partition.KeyHashes;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys of several columns, or of text. An open-addressed table of hash and number, over columns that hold each key once:
 * a key is compared only where the whole hash agrees.
 */
final class ColumnsIndex implements KeyIndex {
    private static final int FIRST_PLACES = 1 << 10;
    private static final int MOST_KEYS = 1 << 29;

    private final Shape shape;
    private final KeyColumn[] columns;

    /** Hash in the upper half, number plus one in the lower; 0 where there is none. */
    private long[] places = new long[FIRST_PLACES];

    private int size;
    private int[] hashes = new int[0];
    private List<Column> opened;

    ColumnsIndex(Shape shape) {
        this.shape = shape;
        this.columns = new KeyColumn[ColumnLayout.columnCount(shape)];
    }

    @Override
    public void number(List<Column> batch, int rows, int from, int to, int[] into) {
        open(batch, rows);
        for (int row = from; row < to; row++) {
            int at = place(row);
            long place = places[at];
            into[row] = place == 0 ? add(at, row) : (int) place - 1;
        }
    }

    @Override
    public void find(List<Column> batch, int rows, int[] into) {
        open(batch, rows);
        for (int row = 0; row < rows; row++) {
            into[row] = (int) places[place(row)] - 1;
        }
    }

    private void open(List<Column> batch, int rows) {
        if (batch == opened) {
            return;
        }
        opened = batch;
        if (hashes.length < rows) {
            hashes = new int[rows];
        }
        KeyHashes.of(shape, batch, 0, rows, hashes);
        for (int index = 0; index < columns.length; index++) {
            if (columns[index] == null) {
                columns[index] = KeyColumn.like(batch.get(index));
            }
            columns[index].open(batch.get(index), rows);
        }
        for (int row = 0; row < rows; row++) {
            hashes[row] = spread(hashes[row]);
        }
    }

    /** Where the key of a row is, or shall be. */
    private int place(int row) {
        int hash = hashes[row];
        int mask = places.length - 1;
        int at = hash & mask;
        for (long place = places[at]; place != 0; place = places[at]) {
            if ((int) (place >>> 32) == hash && isSame((int) place - 1, row)) {
                return at;
            }
            at = at + 1 & mask;
        }
        return at;
    }

    private boolean isSame(int number, int row) {
        for (KeyColumn column : columns) {
            if (!column.isSame(number, row)) {
                return false;
            }
        }
        return true;
    }

    private int add(int at, int row) {
        if (size == MOST_KEYS) {
            throw new QuiverException("One task holds " + size + " different keys, more than its table can. Use more"
                    + " partitions for this operator.");
        }
        for (KeyColumn column : columns) {
            column.add(size, row);
        }
        places[at] = (long) hashes[row] << 32 | ++size;
        if (size * 2 > places.length) {
            grow();
        }
        return size - 1;
    }

    private void grow() {
        long[] old = places;
        places = new long[old.length * 2];
        int mask = places.length - 1;
        for (long place : old) {
            if (place != 0) {
                int at = (int) (place >>> 32) & mask;
                while (places[at] != 0) {
                    at = at + 1 & mask;
                }
                places[at] = place;
            }
        }
    }

    /** Another spread than the partitioner's: keys of one partition agree in the bits that it looks at. */
    private static int spread(int hash) {
        int mixed = (hash ^ hash >>> 16) * 0x85EBCA6B;
        mixed = (mixed ^ mixed >>> 13) * 0xC2B2AE35;
        return mixed ^ mixed >>> 16;
    }

    @Override
    public void growth(List<Column> batch, int from, int to, Growth into) {
        into.array(places.length, (size + (long) to - from) * 2, Long.BYTES);
        for (int index = 0; index < columns.length; index++) {
            if (columns[index] != null) {
                columns[index].growth(size, to == from ? null : batch.get(index), from, to, into);
            }
        }
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public List<Column> keys(int from, int count) {
        List<Column> keys = new ArrayList<>(columns.length);
        for (KeyColumn column : columns) {
            keys.add(column.copy(from, count));
        }
        return keys;
    }
}
