package dev.quiver.exec.kernel.checksum;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Lists, optionals and arrays of primitives: how many elements, then each. The shape of the elements counts only with each of
 * them, because a list without any has none to tell it from.
 */
final class ListsHash implements ShapeHash {
    private final int column;
    private final long kind;
    private final Function<Shape, ShapeHash> hashes;
    private final long[] words = new long[MOST_ROWS];
    private final long[] elementStates = new long[MOST_ROWS];

    /** @param hashes of the elements' shapes */
    ListsHash(String kind, int column, Function<Shape, ShapeHash> hashes) {
        this.column = column;
        this.kind = Mixing.kind(kind);
        this.hashes = hashes;
    }

    @Override
    public void fold(List<Column> columns, int from, int count, long[] states) {
        Column.Lists lists = (Column.Lists) columns.get(column);
        int[] offsets = lists.offsets();
        for (int row = 0; row < count; row++) {
            words[row] = Mixing.fold(kind, offsets[from + row + 1] - offsets[from + row]);
        }
        foldElements(lists, from, count);
        for (int row = 0; row < count; row++) {
            states[row] = Mixing.fold(states[row], lists.isNull(from + row) ? Mixing.NULL : words[row]);
        }
    }

    private void foldElements(Column.Lists lists, int from, int count) {
        ColumnBatch elements = lists.elements();
        int[] offsets = lists.offsets();
        int end = offsets[from + count];
        if (offsets[from] == end) {
            return;
        }
        ShapeHash hash = hashes.apply(elements.shape());
        int row = 0;
        for (int start = offsets[from]; start < end; start += MOST_ROWS) {
            int taken = Math.min(MOST_ROWS, end - start);
            Arrays.fill(elementStates, 0, taken, kind);
            hash.fold(elements.columns(), start, taken, elementStates);
            for (int index = 0; index < taken; index++) {
                while (start + index >= offsets[from + row + 1]) {
                    row++;
                }
                words[row] = Mixing.fold(words[row], elementStates[index]);
            }
        }
    }
}
