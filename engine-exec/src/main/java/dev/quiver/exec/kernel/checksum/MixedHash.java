package dev.quiver.exec.kernel.checksum;

import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import java.util.List;

/**
 * Values of several shapes in one opaque column. Each is put into columns by itself and counts as it would there, because a
 * batch that happens to hold no other kind of value has it in columns. Slow: values are read and taken apart one by one.
 */
final class MixedHash implements ShapeHash {
    private final int column;
    private final ValueSerializer serializer;
    private final RowChecksums alone;
    private final BatchBuilder builder;
    private final long[] state = new long[1];

    /** @param alone for values by themselves, used by nobody else */
    MixedHash(int column, ValueSerializer serializer, ClassLoader loader, RowChecksums alone) {
        this.column = column;
        this.serializer = serializer;
        this.alone = alone;
        this.builder = new BatchBuilder(Shape.UNKNOWN, serializer, loader);
    }

    @Override
    public void fold(List<Column> columns, int from, int count, long[] states) {
        Column.Slices slices = (Column.Slices) columns.get(column);
        int[] offsets = slices.offsets();
        for (int row = 0; row < count; row++) {
            if (slices.isNull(from + row)) {
                states[row] = Mixing.fold(states[row], Mixing.NULL);
                continue;
            }
            int start = offsets[from + row];
            builder.append(serializer.read(slices.data(), start, offsets[from + row + 1] - start));
            ColumnBatch value = builder.seal();
            state[0] = states[row];
            alone.hash(value.shape()).fold(value.columns(), 0, 1, state);
            states[row] = state[0];
        }
    }
}
