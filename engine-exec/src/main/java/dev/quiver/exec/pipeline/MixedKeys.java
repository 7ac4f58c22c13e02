package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;
import dev.quiver.shape.Shape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Takes apart batches whose keys are not, or not all, of the kind that a table has: a key of another class equals none. */
final class MixedKeys {
    /**
     * Some of the rows of a batch, as pairs.
     *
     * @param rows which row of the batch each was; null when they are all of them in order
     */
    record Part(ColumnBatch pairs, int[] rows) {}

    private MixedKeys() {}

    static boolean isMixed(ColumnBatch batch, Shape key) {
        return !(batch.shape() instanceof Shape.PairOf pair) || !pair.key().equals(key);
    }

    /** The same pairs in batches of pairs, each of which has either keys of the shape only or none. */
    static List<Part> split(ColumnBatch batch, Shape key, TaskRun run) {
        BatchBuilder fitting = run.builder(new Shape.PairOf(key, Shape.UNKNOWN));
        BatchBuilder others = run.builder(new Shape.PairOf(Shape.UNKNOWN, Shape.UNKNOWN));
        RowReader rows = new RowReader(batch, run.serializer, run.loader);
        BatchBuilder alone = run.builder(key);
        int[] fittingRows = new int[rows.rows()];
        int[] otherRows = new int[rows.rows()];
        for (int row = 0; row < rows.rows(); row++) {
            Pair<?, ?> pair = (Pair<?, ?>) rows.row(row);
            if (fits(pair.key(), key, alone)) {
                fittingRows[fitting.rows()] = row;
                fitting.append(pair);
            } else {
                otherRows[others.rows()] = row;
                others.append(pair);
            }
        }
        List<Part> parts = new ArrayList<>();
        add(fitting, fittingRows, parts);
        add(others, otherRows, parts);
        return parts;
    }

    private static void add(BatchBuilder builder, int[] rows, List<Part> into) {
        if (builder.rows() > 0) {
            int[] numbers = Arrays.copyOf(rows, builder.rows());
            into.add(new Part(builder.seal(), numbers));
        }
    }

    private static boolean fits(Object value, Shape key, BatchBuilder alone) {
        if (key == Shape.Scalar.LONG) {
            return value == null || value instanceof Long;
        }
        if (key == Shape.Scalar.INT) {
            return value == null || value instanceof Integer;
        }
        if (key == Shape.Scalar.STRING) {
            // Text with a lone surrogate is in no text column, and so equals no key of one.
            return value == null
                    || value instanceof String text
                            && StandardCharsets.UTF_8.newEncoder().canEncode(text);
        }
        // Whatever the class of the value says: a null is no record, and text in it may be none. One such key would
        // leave no
        // columns to those it shared a batch with.
        alone.append(value);
        return alone.seal().shape().equals(key);
    }
}
