package dev.quiver.exec.column;

import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Which columns a shape is flattened into, depth first:
 *
 * <pre>
 * boolean, byte                    Bytes             booleans as 0 and 1
 * short, char                      Shorts            a char as its 16 bits
 * int                              Ints
 * long                             Longs
 * float / double                   Floats / Doubles
 * string                           Slices            UTF-8; a string that is no valid Unicode is not of this shape
 * text                             Slices            its bytes as they are, valid UTF-8 or not
 * bytes                            Slices
 * local_date                       Longs             day since 1970-01-01
 * local_time                       Longs             nanosecond of the day
 * local_date_time                  Longs, Longs      day since 1970-01-01, nanosecond of the day
 * instant, duration                Longs, Longs      seconds (since 1970-01-01T00:00Z), nanosecond of the second
 * PairOf                           columns of the key, then those of the value
 * RecordOf                         columns of the components, in order
 * EnumOf                           Slices            name of the constant
 * ArrayOf                          Lists             elements as a batch of their scalar, none of them null
 * ListOf                           Lists             elements as a batch of the element's shape
 * OptionalOf                       Lists             no element when empty, one when present
 * Opaque                           Slices            bytes of the value serializer
 * </pre>
 *
 * A null is a set bit in {@link Column#nulls()} of its column; where a scalar has two columns, of the first. Pairs and
 * records have no column of their own, so a null one cannot be told: the pair or record that is null in some row of a
 * batch is an {@code Opaque} in that batch. The shape of a batch is what its rows are, not what was expected of them.
 */
public final class ColumnLayout {
    private ColumnLayout() {}

    /** The parts of a shape that its columns hold, in order; a scalar of two columns comes twice. */
    public static List<Shape> parts(Shape shape) {
        List<Shape> parts = new ArrayList<>();
        addParts(shape, parts);
        return parts;
    }

    private static void addParts(Shape shape, List<Shape> into) {
        if (shape instanceof Shape.PairOf pair) {
            addParts(pair.key(), into);
            addParts(pair.value(), into);
        } else if (shape instanceof Shape.RecordOf record) {
            for (Shape.Component component : record.components()) {
                addParts(component.shape(), into);
            }
        } else {
            for (int column = columnCount(shape); column > 0; column--) {
                into.add(shape);
            }
        }
    }

    /** How many columns a shape has. */
    public static int columnCount(Shape shape) {
        if (shape instanceof Shape.PairOf pair) {
            return columnCount(pair.key()) + columnCount(pair.value());
        }
        if (shape instanceof Shape.RecordOf record) {
            int count = 0;
            for (Shape.Component component : record.components()) {
                count += columnCount(component.shape());
            }
            return count;
        }
        return shape == Shape.Scalar.LOCAL_DATE_TIME || shape == Shape.Scalar.INSTANT || shape == Shape.Scalar.DURATION
                ? 2
                : 1;
    }
}
