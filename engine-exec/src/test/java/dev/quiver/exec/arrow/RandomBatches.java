package dev.quiver.exec.arrow;

import dev.quiver.exec.column.ArrayKind;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;
import dev.quiver.shape.Shape.Scalar;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Batches of random shapes, rows and nulls, with arrays that are sometimes longer than the rows. */
public final class RandomBatches {
    private static final Scalar[] SCALARS = {
        Scalar.BOOLEAN,
        Scalar.BYTE,
        Scalar.SHORT,
        Scalar.INT,
        Scalar.LONG,
        Scalar.FLOAT,
        Scalar.DOUBLE,
        Scalar.CHAR,
        Scalar.STRING,
        Scalar.TEXT,
        Scalar.BYTES,
        Scalar.LOCAL_DATE,
        Scalar.LOCAL_TIME,
        Scalar.LOCAL_DATE_TIME,
        Scalar.INSTANT,
        Scalar.DURATION
    };

    private static final Scalar[] ARRAYS = {
        Scalar.BOOLEAN, Scalar.SHORT, Scalar.CHAR, Scalar.INT, Scalar.LONG, Scalar.FLOAT, Scalar.DOUBLE
    };

    private static final List<Shape> LONGS = List.of(
            Scalar.LONG, Scalar.LOCAL_DATE, Scalar.LOCAL_TIME, Scalar.LOCAL_DATE_TIME, Scalar.INSTANT, Scalar.DURATION);

    private final Random random;

    public RandomBatches(Random random) {
        this.random = random;
    }

    ColumnBatch next() {
        return batch(shape(0), random.nextInt(200));
    }

    public Shape shape(int depth) {
        int choice = depth > 2 ? 0 : random.nextInt(11);
        return switch (choice) {
            case 1, 2 -> new Shape.PairOf(shape(depth + 1), shape(depth + 1));
            case 3, 4 -> record(depth);
            case 5 -> new Shape.ListOf(shape(depth + 1));
            case 8 -> new Shape.OptionalOf(shape(depth + 1));
            case 6 -> new Shape.EnumOf("example.Colour");
            case 7 -> new Shape.Opaque("no shape fits");
            case 9 -> new Shape.ArrayOf(ARRAYS[random.nextInt(ARRAYS.length)]);
            default -> SCALARS[random.nextInt(SCALARS.length)];
        };
    }

    private Shape record(int depth) {
        List<Shape.Component> components = new ArrayList<>();
        for (int index = random.nextInt(4); index >= 0; index--) {
            components.add(new Shape.Component("part" + index, shape(depth + 1)));
        }
        return new Shape.RecordOf("example.Row", components);
    }

    public ColumnBatch batch(Shape shape, int rows) {
        List<Column> columns = new ArrayList<>();
        for (Leaves.Leaf leaf : Leaves.of(shape)) {
            columns.add(column(leaf.shape(), rows));
        }
        return new ColumnBatch(shape, rows, columns);
    }

    private Column column(Shape shape, int rows) {
        long[] nulls = nulls(rows);
        int room = rows + random.nextInt(3) * 5;
        if (shape instanceof Shape.ListOf list) {
            int[] offsets = offsets(rows, room, 4);
            return new Column.Lists(offsets, batch(list.element(), offsets[rows] + random.nextInt(2)), nulls);
        } else if (shape instanceof Shape.ArrayOf array) {
            int[] offsets = offsets(rows, room, 6);
            Column elements = withoutNulls(column(array.element(), offsets[rows]));
            return new Column.Lists(offsets, new ColumnBatch(array.element(), offsets[rows], List.of(elements)), nulls);
        } else if (shape instanceof Shape.OptionalOf optional) {
            int[] offsets = offsets(rows, room, 2);
            return new Column.Lists(offsets, batch(optional.element(), offsets[rows]), nulls);
        } else if (LONGS.contains(shape)) {
            return new Column.Longs(random.longs(room, 0, 86_400_000_000_000L).toArray(), nulls);
        } else if (shape == Scalar.INT) {
            return new Column.Ints(random.ints(room).toArray(), nulls);
        } else if (shape == Scalar.DOUBLE) {
            return new Column.Doubles(random.doubles(room).toArray(), nulls);
        } else if (shape == Scalar.FLOAT) {
            float[] values = new float[room];
            for (int row = 0; row < room; row++) {
                values[row] = random.nextFloat();
            }
            return new Column.Floats(values, nulls);
        } else if (shape == Scalar.SHORT || shape == Scalar.CHAR) {
            short[] values = new short[room];
            for (int row = 0; row < room; row++) {
                values[row] = (short) random.nextInt();
            }
            return new Column.Shorts(values, nulls);
        } else if (shape == Scalar.BYTE || shape == Scalar.BOOLEAN) {
            byte[] values = new byte[room];
            for (int row = 0; row < room; row++) {
                values[row] = (byte) (shape == Scalar.BYTE ? random.nextInt() : random.nextInt(2));
            }
            return new Column.Bytes(values, nulls);
        }
        int[] offsets = offsets(rows, room, 12);
        String text = "aä€x".repeat(offsets[rows] / 4 + 1);
        byte[] data = java.util.Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), offsets[rows] + 7);
        return new Column.Slices(data, offsets, nulls);
    }

    private static Column withoutNulls(Column column) {
        return ArrayKind.columnOf(ArrayKind.storageOf(column));
    }

    private int[] offsets(int rows, int room, int most) {
        int[] offsets = new int[room + 1];
        for (int row = 0; row < rows; row++) {
            offsets[row + 1] = offsets[row] + random.nextInt(most);
        }
        return offsets;
    }

    private long[] nulls(int rows) {
        return random.nextBoolean()
                ? null
                : random.longs((rows + 63) / 64 + random.nextInt(2)).toArray();
    }
}
