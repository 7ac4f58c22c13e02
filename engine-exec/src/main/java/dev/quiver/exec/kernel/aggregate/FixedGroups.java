package dev.quiver.exec.kernel.aggregate;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.key.FixedTable;
import dev.quiver.exec.kernel.key.Growth;
import dev.quiver.exec.kernel.key.Primitives;
import dev.quiver.exec.specialize.OwnCopy;
import dev.quiver.function.ReduceFunction;
import dev.quiver.shape.Shape;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.List;

/**
 * Groups with keys and values of one primitive column each. Begins with one table. When that outgrows the cache, keys
 * are spread over many small ones: rows are put aside by table, and merged when enough for one table came together, so
 * that it is in the cache while it is worked on. Memory goes with the number of keys, not of rows.
 */
final class FixedGroups implements Groups {
    /** So many keys take 512 KiB of table, or 1 MiB just before it would grow: what a core's second cache holds. */
    private static final int CACHED_KEYS = 1 << 15;

    private static final int FIRST_PLACES = 1 << 10;
    private static final int TABLES = 1 << FixedTable.RADIX_BITS;
    private static final int ASIDE_ROWS = 512;
    private static final long ASIDE_BYTES = TABLES * ASIDE_ROWS * 2L * Long.BYTES;
    private static final int FIRST_PLACES_A_KEY = 4;
    private static final int PLACE_BYTES = 2 * Long.BYTES;
    private static final int CHUNK_ROWS = 2048;
    private static final int TAKEN_ROWS = 8192;

    private final Shape.PairOf shape;
    private final FixedMerge merge;
    private final long[] keys = new long[CHUNK_ROWS];
    private final long[] values = new long[CHUNK_ROWS];
    private FixedTable[] tables = {new FixedTable(FIRST_PLACES)};
    private long[] asideKeys;
    private long[] asideValues;
    private int[] aside;
    private boolean refused;
    private int takenTable;
    private int takenPlace;

    FixedGroups(Shape.PairOf shape, ReduceFunction<Object> merge) {
        this.shape = shape;
        this.merge = OwnCopy.of(
                MethodHandles.lookup(),
                FixedMerge.class,
                FixedMergeLoop.class,
                MergedKind.of(shape.value(), merge),
                merge);
    }

    @Override
    public boolean takes(ColumnBatch batch) {
        return shape.equals(batch.shape())
                && !Primitives.hasNulls(batch.columns().get(0), batch.rows())
                && !Primitives.hasNulls(batch.columns().get(1), batch.rows());
    }

    @Override
    public int add(ColumnBatch batch, int from, int to) throws Exception {
        if (refused) {
            return from;
        }
        Column keyColumn = batch.columns().get(0);
        Column valueColumn = batch.columns().get(1);
        for (int start = from; start < to; start += CHUNK_ROWS) {
            int count = Math.min(CHUNK_ROWS, to - start);
            Primitives.keys(keyColumn, start, count, keys);
            Primitives.values(valueColumn, start, count, values);
            int merged = aside == null ? merge.merge(tables[0], keys, values, 0, count) : putAside(count);
            if (merged < count) {
                refused = true;
                return start + merged;
            }
            if (aside == null && tables[0].size > CACHED_KEYS) {
                spreadOut();
            }
        }
        return to;
    }

    private void spreadOut() {
        FixedTable whole = tables[0];
        tables = new FixedTable[TABLES];
        for (int table = 0; table < TABLES; table++) {
            tables[table] = new FixedTable(CACHED_KEYS / TABLES * FIRST_PLACES_A_KEY);
        }
        long[] slots = whole.slots;
        int end = slots.length - 2;
        for (int at = 0; at < end; at += 2) {
            if (slots[at] != 0) {
                tables[tableOf(slots[at])].put(slots[at], slots[at + 1]);
            }
        }
        if (slots[end] != 0) {
            tables[tableOf(0)].put(0, slots[end + 1]);
        }
        asideKeys = new long[TABLES * ASIDE_ROWS];
        asideValues = new long[TABLES * ASIDE_ROWS];
        aside = new int[TABLES];
        for (int table = 0; table < TABLES; table++) {
            aside[table] = table * ASIDE_ROWS;
        }
    }

    private static int tableOf(long key) {
        return (int) (FixedTable.spread(key) >>> Long.SIZE - FixedTable.RADIX_BITS);
    }

    private int putAside(int count) throws Exception {
        long[] intoKeys = asideKeys;
        long[] intoValues = asideValues;
        int[] ends = aside;
        for (int row = 0; row < count; row++) {
            long key = keys[row];
            int table = tableOf(key);
            int at = ends[table];
            intoKeys[at] = key;
            intoValues[at] = values[row];
            ends[table] = at + 1;
            if ((at + 1 & ASIDE_ROWS - 1) == 0 && !mergeAside(table)) {
                return row + 1;
            }
        }
        return count;
    }

    /** Merges the rows put aside for a table. Those that are refused, and all after them, stay aside. */
    private boolean mergeAside(int table) throws Exception {
        int from = table * ASIDE_ROWS;
        int to = aside[table];
        int merged = merge.merge(tables[table], asideKeys, asideValues, from, to);
        System.arraycopy(asideKeys, merged, asideKeys, from, to - merged);
        System.arraycopy(asideValues, merged, asideValues, from, to - merged);
        aside[table] = from + to - merged;
        refused = merged < to;
        return !refused;
    }

    @Override
    public boolean complete() throws Exception {
        if (aside != null) {
            for (int table = 0; table < TABLES; table++) {
                if (refused || !mergeAside(table)) {
                    return false;
                }
            }
        }
        return !refused;
    }

    @Override
    public long bytesWith(ColumnBatch batch, int from, int to) {
        return bytesWith(to - from);
    }

    @Override
    public long bytes() {
        return bytesWith(0);
    }

    private long bytesWith(int rows) {
        Growth growth = new Growth();
        if (aside == null && tables[0].size + rows <= CACHED_KEYS) {
            tables[0].growth(rows, growth);
            return growth.peakBytes();
        }
        if (aside == null) {
            // The one table stays until all of it was spread over the others.
            tables[0].growth(CACHED_KEYS - tables[0].size, growth);
            return growth.peakBytes() + ASIDE_BYTES + ((long) CACHED_KEYS + rows) * FIRST_PLACES_A_KEY * PLACE_BYTES;
        }
        // Hashing spreads the rows, though not to one more or less.
        int perTable = rows == 0 ? 0 : rows / TABLES * 2 + 16;
        for (int table = 0; table < TABLES; table++) {
            int waiting = rows == 0 ? 0 : aside[table] - table * ASIDE_ROWS;
            tables[table].growth(perTable + waiting, growth);
        }
        return growth.peakBytes() + ASIDE_BYTES;
    }

    @Override
    public int size() {
        int size = 0;
        for (int table = 0; table < tables.length; table++) {
            size += tables[table].size + (aside == null ? 0 : aside[table] - table * ASIDE_ROWS);
        }
        return size;
    }

    @Override
    public ColumnBatch take() {
        long[] takenKeys = new long[TAKEN_ROWS];
        long[] takenValues = new long[TAKEN_ROWS];
        int count = 0;
        while (takenTable < tables.length && count < TAKEN_ROWS) {
            count = takeFrom(tables[takenTable].slots, takenKeys, takenValues, count);
        }
        return count == 0 ? null : batch(takenKeys, takenValues, count);
    }

    /** Places run on behind those of the table: the key 0, then the rows put aside. */
    private int takeFrom(long[] slots, long[] takenKeys, long[] takenValues, int already) {
        int count = already;
        int end = slots.length - 2;
        int at = takenPlace;
        for (; at <= end && count < TAKEN_ROWS; at += 2) {
            if (slots[at] != 0) {
                takenKeys[count] = at == end ? 0 : slots[at];
                takenValues[count++] = slots[at + 1];
            }
        }
        takenPlace = at;
        if (at > end) {
            int from = takenTable * ASIDE_ROWS + at - end - 2;
            int left = aside == null ? 0 : aside[takenTable] - from;
            int rows = Math.min(left, TAKEN_ROWS - count);
            if (rows > 0) {
                System.arraycopy(asideKeys, from, takenKeys, count, rows);
                System.arraycopy(asideValues, from, takenValues, count, rows);
            }
            takenPlace = rows < left ? at + rows : 0;
            takenTable += rows < left ? 0 : 1;
            count += rows;
        }
        return count;
    }

    private ColumnBatch batch(long[] takenKeys, long[] takenValues, int count) {
        boolean few = count < TAKEN_ROWS / 2;
        return new ColumnBatch(
                shape,
                count,
                List.of(
                        Primitives.column(shape.key(), few ? Arrays.copyOf(takenKeys, count) : takenKeys, count),
                        Primitives.column(
                                shape.value(), few ? Arrays.copyOf(takenValues, count) : takenValues, count)));
    }

    @Override
    public void clear() {
        tables = new FixedTable[] {new FixedTable(FIRST_PLACES)};
        aside = null;
        asideKeys = null;
        asideValues = null;
        refused = false;
        takenTable = 0;
        takenPlace = 0;
    }
}
