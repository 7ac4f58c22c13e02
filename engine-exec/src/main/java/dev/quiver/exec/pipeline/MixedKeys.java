package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.compile.ColumnShapes;
import dev.quiver.shape.Shape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Takes apart batches whose keys are not, or not all, of the kind that a table has: a key of another class equals none. */
final class MixedKeys {
    private MixedKeys() {}

    static boolean isMixed(ColumnBatch batch, Shape key) {
        return !(batch.shape() instanceof Shape.PairOf pair) || !pair.key().equals(key);
    }

    /** The same pairs in batches of pairs, each of which has either keys of the shape only or none. */
    static List<ColumnBatch> split(ColumnBatch batch, Shape key, TaskRun run) {
        BatchBuilder fitting = run.builder(new Shape.PairOf(key, Shape.UNKNOWN));
        BatchBuilder others = run.builder(new Shape.PairOf(Shape.UNKNOWN, Shape.UNKNOWN));
        RowReader rows = new RowReader(batch, run.serializer, run.loader);
        for (int row = 0; row < rows.rows(); row++) {
            Pair<?, ?> pair = (Pair<?, ?>) rows.row(row);
            (fits(pair.key(), key) ? fitting : others).append(pair);
        }
        List<ColumnBatch> parts = new ArrayList<>();
        if (fitting.rows() > 0) {
            parts.add(fitting.seal());
        }
        if (others.rows() > 0) {
            parts.add(others.seal());
        }
        return parts;
    }

    private static boolean fits(Object value, Shape key) {
        if (value == null) {
            return true;
        }
        if (key == Shape.Scalar.LONG) {
            return value instanceof Long;
        }
        if (key == Shape.Scalar.INT) {
            return value instanceof Integer;
        }
        if (key == Shape.Scalar.STRING) {
            // Text with a lone surrogate is in no text column, and so equals no key of one.
            return value instanceof String text
                    && StandardCharsets.UTF_8.newEncoder().canEncode(text);
        }
        return key.equals(ColumnShapes.ofRow(value));
    }
}
