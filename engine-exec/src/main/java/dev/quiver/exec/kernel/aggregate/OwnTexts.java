package dev.quiver.exec.kernel.aggregate;

import dev.quiver.Text;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.ColumnLayout;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Values of a borrowed batch that may be kept as objects. A {@link Text} that is read from a column points into
 * its bytes, and those of a borrowed batch are overwritten after the call: texts are read from a copy.
 */
final class OwnTexts {
    private ColumnBatch last;
    private List<Column> copied;

    /** A state that is kept. One that is a text keeps its own bytes, and not all those of the batch it came in. */
    static Object kept(Object state, Object before) {
        return state != before && state instanceof Text slice ? slice.copy() : state;
    }

    /** @param values the columns of the batch that hold the values, of this shape */
    List<Column> of(ColumnBatch batch, Shape shape, List<Column> values) {
        List<Shape> parts = ColumnLayout.parts(shape);
        if (!parts.contains(Shape.Scalar.TEXT)) {
            return values;
        }
        if (batch != last) {
            last = batch;
            copied = new ArrayList<>(values);
            for (int index = 0; index < parts.size(); index++) {
                if (parts.get(index) == Shape.Scalar.TEXT) {
                    Column.Slices texts = (Column.Slices) values.get(index);
                    copied.set(index, new Column.Slices(texts.data().clone(), texts.offsets(), texts.nulls()));
                }
            }
        }
        return copied;
    }
}
