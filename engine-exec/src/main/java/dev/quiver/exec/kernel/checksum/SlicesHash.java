package dev.quiver.exec.kernel.checksum;

import dev.quiver.exec.column.Column;
import java.util.List;

/** Values that are bytes of any length: text, byte arrays, names of constants, opaque values as they were serialized. */
final class SlicesHash implements ShapeHash {
    private final int column;
    private final long kind;

    /** @param kind of what the bytes mean */
    SlicesHash(String kind, int column) {
        this.column = column;
        this.kind = Mixing.kind(kind);
    }

    @Override
    public void fold(List<Column> columns, int from, int count, long[] states) {
        Column.Slices slices = (Column.Slices) columns.get(column);
        byte[] data = slices.data();
        int[] offsets = slices.offsets();
        long[] nulls = slices.nulls();
        int start = offsets[from];
        for (int row = 0; row < count; row++) {
            int end = offsets[from + row + 1];
            long word = nulls != null && ShapeHash.isNull(nulls, from + row)
                    ? Mixing.NULL
                    : Mixing.bytes(kind, data, start, end);
            states[row] = Mixing.fold(states[row], word);
            start = end;
        }
    }
}
