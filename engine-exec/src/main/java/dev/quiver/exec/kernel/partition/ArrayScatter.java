package dev.quiver.exec.kernel.partition;

import dev.quiver.QuiverException;
import dev.quiver.exec.column.ArrayKind;
import dev.quiver.exec.column.Column;
import java.lang.reflect.Array;
import java.util.Arrays;

/** A column of arrays of primitives. */
final class ArrayScatter extends ColumnScatter {
    private static final int FIRST_ELEMENTS_PER_ROW = 4;
    private static final int MOST_FIRST_ELEMENTS = 1 << 13;
    private static final int MOST_ELEMENTS = Integer.MAX_VALUE - 16;

    private final ArrayKind kind;
    private final Object[] elements;
    private final int[][] ends;

    ArrayScatter(ArrayKind kind, int partitionCount) {
        super(partitionCount);
        this.kind = kind;
        this.elements = new Object[partitionCount];
        this.ends = new int[partitionCount][];
    }

    @Override
    void reserve(int partition, int capacity) {
        int[] offsets = ends[partition];
        if (offsets == null) {
            ends[partition] = new int[capacity + 1];
        } else if (offsets.length <= capacity) {
            ends[partition] = Arrays.copyOf(offsets, capacity + 1);
        }
        if (elements[partition] == null) {
            elements[partition] =
                    storage((int) Math.min(MOST_FIRST_ELEMENTS, capacity * (long) FIRST_ELEMENTS_PER_ROW));
        }
    }

    private Object storage(int length) {
        return Array.newInstance(kind.storage.getComponentType(), length);
    }

    @Override
    long scatter(Column column, int[] targets, int[] places, int rows) {
        Column.Lists lists = (Column.Lists) column;
        Object from = ArrayKind.storageOf(lists.elements().columns().get(0));
        int[] offsets = lists.offsets();
        int start = offsets[0];
        int longest = 0;
        for (int row = 0; row < rows; row++) {
            int end = offsets[row + 1];
            int target = targets[row];
            int[] partEnds = ends[target];
            int used = partEnds[places[row]];
            int length = end - start;
            if (length > Array.getLength(elements[target]) - used) {
                grow(target, used, used + (long) length);
            }
            System.arraycopy(from, start, elements[target], used, length);
            partEnds[places[row] + 1] = used + length;
            longest = Math.max(longest, used + length);
            start = end;
        }
        if ((long) longest * kind.elementBytes >= FULL_BYTES) {
            foundFull();
        }
        scatterNulls(column, targets, places, rows);
        return (long) (offsets[rows] - offsets[0]) * kind.elementBytes;
    }

    private void grow(int target, int used, long needed) {
        if (needed > MOST_ELEMENTS) {
            throw new QuiverException("Rows of one reduce partition hold " + needed + " elements of arrays in one"
                    + " column, more than an array can. Use more partitions, or put large arrays into files and pass"
                    + " their paths.");
        }
        long doubled = Array.getLength(elements[target]) * 2L;
        Object larger = storage((int) Math.min(MOST_ELEMENTS, Math.max(needed, doubled)));
        System.arraycopy(elements[target], 0, larger, 0, used);
        elements[target] = larger;
    }

    @Override
    int rowBytes() {
        return 4;
    }

    @Override
    Column seal(int partition, int rows) {
        int[] offsets = ends[partition];
        Object filled = elements[partition];
        int used = offsets[rows];
        boolean copies = keeps((long) Array.getLength(filled) * kind.elementBytes);
        if (!copies) {
            elements[partition] = null;
        }
        if (copies || wasteful(Array.getLength(filled), used)) {
            Object exact = storage(used);
            System.arraycopy(filled, 0, exact, 0, used);
            filled = exact;
        }
        return kind.column(filled, Arrays.copyOf(offsets, rows + 1), rows, sealNulls(partition, rows));
    }

    @Override
    boolean isFull(int partition, int rows) {
        return ends[partition] != null && (long) ends[partition][rows] * kind.elementBytes >= FULL_BYTES;
    }
}
