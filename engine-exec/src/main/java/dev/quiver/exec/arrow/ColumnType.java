package dev.quiver.exec.arrow;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;
import dev.quiver.shape.Shape.Scalar;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * The Arrow type of one column. A list has one child: the element column itself, or a struct of them when an element
 * needs none or several.
 *
 * @param nullable whether a row may be null; the elements of a primitive array may not
 * @param elements shape of a list's elements, else null
 */
record ColumnType(
        String name, Layout layout, ArrowType arrowType, boolean nullable, Shape elements, List<ColumnType> children) {
    /** How the values lie in the body: the number of buffers and the bytes of a fixed-width value. */
    enum Layout {
        LONGS(2, 8),
        INTS(2, 4),
        SHORTS(2, 2),
        BYTES(2, 1),
        BITS(2, 0),
        DOUBLES(2, 8),
        FLOATS(2, 4),
        SLICES(3, 0),
        LIST(2, 0),
        STRUCT(1, 0);

        final int buffers;
        final int width;

        Layout(int buffers, int width) {
            this.buffers = buffers;
            this.width = width;
        }
    }

    private static final ArrowType.Int INT64 = new ArrowType.Int(64, true);
    private static final ArrowType.Time NANO_OF_DAY = new ArrowType.Time(TimeUnit.NANOSECOND, 64);
    private static final ArrowType.Int INT32 = new ArrowType.Int(32, true);
    private static final ArrowType.Date DAY = new ArrowType.Date(DateUnit.DAY);
    private static final ArrowType.Int INT16 = new ArrowType.Int(16, true);
    private static final ArrowType.Int UINT16 = new ArrowType.Int(16, false);
    private static final ArrowType.Int INT8 = new ArrowType.Int(8, true);

    /** The types of a batch's columns, named after the way to them through the shape. */
    static List<ColumnType> ofColumns(ColumnBatch batch) {
        List<Leaves.Leaf> leaves = Leaves.of(batch.shape());
        List<Column> columns = batch.columns();
        if (leaves.size() != columns.size()) {
            throw new IllegalArgumentException("a batch of " + batch.shape() + " has " + columns.size()
                    + " columns where its shape has " + leaves.size());
        }
        List<ColumnType> types = new ArrayList<>(columns.size());
        for (int index = 0; index < columns.size(); index++) {
            types.add(of(leaves.get(index), columns.get(index)));
        }
        return List.copyOf(types);
    }

    private static ColumnType of(Leaves.Leaf leaf, Column column) {
        if (column instanceof Column.Longs) {
            return leaf(leaf, Layout.LONGS, leaf.shape() == Scalar.LOCAL_TIME ? NANO_OF_DAY : INT64);
        } else if (column instanceof Column.Ints) {
            return leaf(leaf, Layout.INTS, leaf.shape() == Scalar.LOCAL_DATE ? DAY : INT32);
        } else if (column instanceof Column.Shorts) {
            return leaf(leaf, Layout.SHORTS, leaf.shape() == Scalar.CHAR ? UINT16 : INT16);
        } else if (column instanceof Column.Bytes) {
            boolean bits = leaf.shape() == Scalar.BOOLEAN;
            return leaf(leaf, bits ? Layout.BITS : Layout.BYTES, bits ? ArrowType.Bool.INSTANCE : INT8);
        } else if (column instanceof Column.Doubles) {
            return leaf(leaf, Layout.DOUBLES, new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE));
        } else if (column instanceof Column.Floats) {
            return leaf(leaf, Layout.FLOATS, new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));
        } else if (column instanceof Column.Slices) {
            boolean text = leaf.shape() == Scalar.STRING || leaf.shape() instanceof Shape.EnumOf;
            return leaf(leaf, Layout.SLICES, text ? ArrowType.Utf8.INSTANCE : ArrowType.Binary.INSTANCE);
        }
        ColumnBatch elements = ((Column.Lists) column).elements();
        List<ColumnType> types = ofColumns(elements);
        boolean nullable = !(leaf.shape() instanceof Shape.ArrayOf);
        ColumnType child = types.size() == 1
                ? types.get(0).asItem(nullable)
                : new ColumnType("item", Layout.STRUCT, ArrowType.Struct.INSTANCE, nullable, null, types);
        return new ColumnType(
                leaf.name(), Layout.LIST, ArrowType.List.INSTANCE, true, elements.shape(), List.of(child));
    }

    private static ColumnType leaf(Leaves.Leaf leaf, Layout layout, ArrowType type) {
        return new ColumnType(leaf.name(), layout, type, true, null, List.of());
    }

    private ColumnType asItem(boolean canBeNull) {
        return new ColumnType("item", layout, arrowType, canBeNull, elements, children);
    }

    /** The columns of one element of this list. */
    List<ColumnType> elementColumns() {
        ColumnType child = children.get(0);
        return child.layout == Layout.STRUCT ? child.children : children;
    }

    /** Whether the elements of this list are wrapped in a struct. */
    boolean hasStruct() {
        return children.get(0).layout == Layout.STRUCT;
    }

    Field toField() {
        List<Field> fields = new ArrayList<>(children.size());
        for (ColumnType child : children) {
            fields.add(child.toField());
        }
        return new Field(name, new FieldType(nullable, arrowType, null), fields);
    }

    /** Entries of this column, its children included, in a record batch's list of nodes. */
    int nodes() {
        int count = 1;
        for (ColumnType child : children) {
            count += child.nodes();
        }
        return count;
    }

    /** Buffers of this column, its children included, in a record batch. */
    int buffers() {
        int count = layout.buffers;
        for (ColumnType child : children) {
            count += child.buffers();
        }
        return count;
    }
}
