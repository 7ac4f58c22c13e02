package dev.quiver.exec.kernel.checksum;

import dev.quiver.exec.column.Column;
import dev.quiver.shape.Shape;
import java.util.List;

/**
 * Scalars that take one column of numbers. Doubles and floats count as {@link Double#equals} compares them: every NaN is the
 * same, whatever bits an operation left in it, and 0.0 is another value than -0.0.
 */
final class FixedHash implements ShapeHash {
    private final int column;
    private final boolean truths;
    private final long kind;

    FixedHash(Shape.Scalar scalar, int column) {
        this.column = column;
        this.truths = scalar == Shape.Scalar.BOOLEAN;
        this.kind = Mixing.kind(scalar.name());
    }

    @Override
    public void fold(List<Column> columns, int from, int count, long[] states) {
        Column values = columns.get(column);
        long[] nulls = values.nulls();
        if (nulls != null) {
            foldNullable(values, nulls, from, count, states);
        } else if (values instanceof Column.Longs longs) {
            fold(longs.values(), from, count, states);
        } else if (values instanceof Column.Ints ints) {
            fold(ints.values(), from, count, states);
        } else if (values instanceof Column.Doubles doubles) {
            fold(doubles.values(), from, count, states);
        } else {
            for (int row = 0; row < count; row++) {
                states[row] = Mixing.fold(states[row], Mixing.word(bits(values, from + row), kind));
            }
        }
    }

    private void fold(long[] values, int from, int count, long[] states) {
        for (int row = 0; row < count; row++) {
            states[row] = Mixing.fold(states[row], Mixing.word(values[from + row], kind));
        }
    }

    private void fold(int[] values, int from, int count, long[] states) {
        for (int row = 0; row < count; row++) {
            states[row] = Mixing.fold(states[row], Mixing.word(values[from + row], kind));
        }
    }

    private void fold(double[] values, int from, int count, long[] states) {
        for (int row = 0; row < count; row++) {
            long bits = Double.doubleToLongBits(values[from + row]);
            states[row] = Mixing.fold(states[row], Mixing.word(bits, kind));
        }
    }

    private void foldNullable(Column values, long[] nulls, int from, int count, long[] states) {
        for (int row = 0; row < count; row++) {
            // What stands in the array under a null is anyone's guess.
            long word = ShapeHash.isNull(nulls, from + row) ? Mixing.NULL : Mixing.word(bits(values, from + row), kind);
            states[row] = Mixing.fold(states[row], word);
        }
    }

    private long bits(Column values, int row) {
        if (values instanceof Column.Longs longs) {
            return longs.values()[row];
        } else if (values instanceof Column.Ints ints) {
            return ints.values()[row];
        } else if (values instanceof Column.Doubles doubles) {
            return Double.doubleToLongBits(doubles.values()[row]);
        } else if (values instanceof Column.Floats floats) {
            return Float.floatToIntBits(floats.values()[row]);
        } else if (values instanceof Column.Shorts shorts) {
            return shorts.values()[row];
        }
        byte bits = ((Column.Bytes) values).values()[row];
        return truths ? bits != 0 ? 1 : 0 : bits;
    }
}
