package dev.quiver.exec.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.exec.column.ColumnLayout;
import dev.quiver.shape.Shape;
import dev.quiver.shape.Shape.Scalar;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LeavesTest {
    @Test
    void findsAsManyColumnsAsTheLayoutHas() {
        for (long seed = 0; seed < 500; seed++) {
            Shape shape = new RandomBatches(new Random(seed)).shape(0);
            assertThat(Leaves.of(shape)).as("seed %d: %s", seed, shape).hasSize(ColumnLayout.columnCount(shape));
        }
        for (Scalar scalar : Scalar.values()) {
            assertThat(Leaves.of(scalar)).as(scalar.toString()).hasSize(ColumnLayout.columnCount(scalar));
        }
    }
}
