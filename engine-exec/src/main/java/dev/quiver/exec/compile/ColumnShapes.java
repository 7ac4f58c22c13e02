package dev.quiver.exec.compile;

import dev.quiver.Pair;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RecordHandles;
import dev.quiver.exec.column.ShapeOfRows;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Which shapes generated code reads from columns and writes to them: scalars, text, arrays of primitives, pairs, and
 * records of such.
 */
public final class ColumnShapes {
    private static final int MOST_COLUMNS = 64;

    private ColumnShapes() {}

    /** Whether generated code knows a shape. */
    public static boolean isKnown(Shape shape) {
        List<ScalarCode> leaves = new ArrayList<>();
        return addLeaves(shape, leaves) && leaves.size() <= MOST_COLUMNS;
    }

    /** Why generated code does not know a shape, for people; or null when it does. */
    static String refusal(Shape shape) {
        if (isKnown(shape)) {
            return null;
        }
        List<ScalarCode> leaves = new ArrayList<>();
        return addLeaves(shape, leaves)
                ? "they have " + leaves.size() + " columns, and loops work on at most " + MOST_COLUMNS
                : "loops do not work on columns of all parts of the shape " + shape;
    }

    /** Whether generated code can read a batch: it knows the shape, and nothing is null. */
    public static boolean canRead(ColumnBatch batch) {
        for (Column column : batch.columns()) {
            if (column.nulls() != null) {
                return false;
            }
        }
        return isKnown(batch.shape());
    }

    /** The scalars that a shape consists of, in the order of their columns. */
    static List<ScalarCode> leaves(Shape shape) {
        List<ScalarCode> leaves = new ArrayList<>();
        if (!addLeaves(shape, leaves)) {
            throw new IllegalArgumentException("generated code does not know the shape '" + shape + "'");
        }
        return leaves;
    }

    private static boolean addLeaves(Shape shape, List<ScalarCode> into) {
        if (shape instanceof Shape.PairOf pair) {
            return addLeaves(pair.key(), into) && addLeaves(pair.value(), into);
        }
        if (shape instanceof Shape.RecordOf record) {
            for (Shape.Component component : record.components()) {
                if (!addLeaves(component.shape(), into)) {
                    return false;
                }
            }
            return !record.components().isEmpty();
        }
        ScalarCode code = ScalarCode.of(shape);
        into.add(code);
        return code != null;
    }

    /** The shape of a row, the parts of pairs included; null when generated code does not know it. */
    public static Shape ofRow(Object row) {
        Shape shape = deep(row, 0);
        return shape != null && isKnown(shape) ? shape : null;
    }

    private static Shape deep(Object value, int depth) {
        if (value instanceof Pair<?, ?> pair && depth < 4) {
            Shape key = deep(pair.key(), depth + 1);
            Shape second = deep(pair.value(), depth + 1);
            return key == null || second == null ? null : new Shape.PairOf(key, second);
        }
        return value == null ? null : ShapeOfRows.of(value);
    }

    /** The record classes in some shapes, or null when one of them cannot be taken apart here. */
    static List<Class<?>> recordClasses(List<Shape> shapes, ClassLoader loader) {
        List<String> names = new ArrayList<>();
        shapes.forEach(shape -> recordClasses(shape, names));
        List<Class<?>> classes = new ArrayList<>(names.size());
        for (String name : names) {
            try {
                classes.add(RecordHandles.of(name, loader).type());
            } catch (ReflectiveOperationException | RuntimeException closed) {
                return null;
            }
        }
        return classes;
    }

    /** Names of the record classes in a shape. */
    static void recordClasses(Shape shape, List<String> into) {
        if (shape instanceof Shape.PairOf pair) {
            recordClasses(pair.key(), into);
            recordClasses(pair.value(), into);
        } else if (shape instanceof Shape.RecordOf record) {
            into.add(record.className());
            record.components().forEach(component -> recordClasses(component.shape(), into));
        }
    }
}
