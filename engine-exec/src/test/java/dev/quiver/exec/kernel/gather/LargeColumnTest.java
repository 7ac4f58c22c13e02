package dev.quiver.exec.kernel.gather;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.QuiverException;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LargeColumnTest {
    /** One row that is said to have a billion bytes or elements, named three times. */
    private static final long[] THRICE = new long[3];

    private static final int[] BILLION = {0, 1_000_000_000};

    @Test
    void textsThatNoArrayHoldsAreRefusedByName() {
        Column texts = new Column.Slices(new byte[0], BILLION, null);
        refuses(new ColumnBatch(Shape.Scalar.STRING, 1, List.of(texts)), "3000000000 bytes");
    }

    @Test
    void listsThatNoArrayHoldsAreRefusedByName() {
        ColumnBatch elements = new ColumnBatch(Shape.Scalar.LONG, 0, List.of(new Column.Longs(new long[0], null)));
        Column lists = new Column.Lists(BILLION, elements, null);
        refuses(new ColumnBatch(new Shape.ListOf(Shape.Scalar.LONG), 1, List.of(lists)), "3000000000 elements");
    }

    private static void refuses(ColumnBatch batch, String size) {
        RowGather gather = RowGather.of(List.of(batch), 0, 1);
        Arrays.fill(THRICE, RowGather.id(0, 0));
        assertThatThrownBy(() -> gather.take(THRICE, 0, 3))
                .isInstanceOf(QuiverException.class)
                .hasMessageContaining("A batch of 3 rows would hold " + size + " in one column");
    }
}
