package dev.quiver.exec.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import java.util.Arrays;

/** Compares what two batches hold in their rows, not the arrays behind them. */
public final class SameRows {
    private SameRows() {}

    public static void assertSame(String description, ColumnBatch actual, ColumnBatch expected) {
        assertThat(actual.shape()).as(description).isEqualTo(expected.shape());
        assertThat(actual.rows()).as(description).isEqualTo(expected.rows());
        assertColumns(description, actual, expected, expected.rows());
    }

    private static void assertColumns(String description, ColumnBatch actual, ColumnBatch expected, int rows) {
        assertThat(actual.columns()).as(description).hasSameSizeAs(expected.columns());
        for (int index = 0; index < expected.columns().size(); index++) {
            Column left = actual.columns().get(index);
            Column right = expected.columns().get(index);
            for (int row = 0; row < rows; row++) {
                assertThat(left.isNull(row)).as(description).isEqualTo(right.isNull(row));
            }
            if (right instanceof Column.Lists lists) {
                int elements = lists.offsets()[rows];
                assertThat(((Column.Lists) left).elements().shape())
                        .as(description)
                        .isEqualTo(lists.elements().shape());
                assertColumns(description, ((Column.Lists) left).elements(), lists.elements(), elements);
            }
            assertThat(values(left, rows)).as(description).isEqualTo(values(right, rows));
        }
    }

    private static String values(Column column, int rows) {
        if (column instanceof Column.Longs longs) {
            return Arrays.toString(Arrays.copyOf(longs.values(), rows));
        } else if (column instanceof Column.Ints ints) {
            return Arrays.toString(Arrays.copyOf(ints.values(), rows));
        } else if (column instanceof Column.Shorts shorts) {
            return Arrays.toString(Arrays.copyOf(shorts.values(), rows));
        } else if (column instanceof Column.Bytes bytes) {
            return Arrays.toString(Arrays.copyOf(bytes.values(), rows));
        } else if (column instanceof Column.Doubles doubles) {
            return Arrays.toString(Arrays.copyOf(doubles.values(), rows));
        } else if (column instanceof Column.Floats floats) {
            return Arrays.toString(Arrays.copyOf(floats.values(), rows));
        } else if (column instanceof Column.Lists lists) {
            return Arrays.toString(Arrays.copyOf(lists.offsets(), rows + 1));
        }
        Column.Slices slices = (Column.Slices) column;
        return Arrays.toString(Arrays.copyOf(slices.offsets(), rows + 1))
                + Arrays.toString(Arrays.copyOf(slices.data(), slices.offsets()[rows]));
    }
}
