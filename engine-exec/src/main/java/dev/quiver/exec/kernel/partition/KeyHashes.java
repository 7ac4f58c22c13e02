package dev.quiver.exec.kernel.partition;

import dev.quiver.Text;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnLayout;
import dev.quiver.shape.Shape;
import java.util.List;

/**
 * Hash codes of keys that are in columns. They equal those of the keys as objects, because datasets that were
 * partitioned by either way must agree. A null counts 0.
 */
public final class KeyHashes {
    private KeyHashes() {}

    /**
     * Whether keys of a shape can be hashed here.
     *
     * @param loader finds the record classes that the shape names
     */
    public static boolean knows(Shape key, ClassLoader loader) {
        if (key instanceof Shape.Scalar scalar) {
            return switch (scalar) {
                case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, FLOAT, DOUBLE, STRING, TEXT -> true;
                default -> false;
            };
        }
        if (key instanceof Shape.PairOf pair) {
            return knows(pair.key(), loader) && knows(pair.value(), loader);
        }
        if (key instanceof Shape.RecordOf record) {
            return RecordEquality.isByComponents(record, loader)
                    && record.components().stream().allMatch(component -> knows(component.shape(), loader));
        }
        return key instanceof Shape.EnumOf;
    }

    /** Puts the hash of each row's key into an array from its start. The key's columns begin at {@code first}. */
    public static void of(Shape key, List<Column> columns, int first, int rows, int[] into) {
        if (key instanceof Shape.PairOf pair) {
            of(pair.key(), columns, first, rows, into);
            int[] second = new int[rows];
            of(pair.value(), columns, first + ColumnLayout.columnCount(pair.key()), rows, second);
            for (int row = 0; row < rows; row++) {
                into[row] = 31 * into[row] + second[row];
            }
            return;
        }
        if (key instanceof Shape.RecordOf record) {
            int at = first;
            int[] part = new int[rows];
            java.util.Arrays.fill(into, 0, rows, 0);
            for (Shape.Component component : record.components()) {
                of(component.shape(), columns, at, rows, part);
                at += ColumnLayout.columnCount(component.shape());
                for (int row = 0; row < rows; row++) {
                    into[row] = 31 * into[row] + part[row];
                }
            }
            return;
        }
        Column column = columns.get(first);
        if (column instanceof Column.Slices texts) {
            if (key == Shape.Scalar.TEXT) {
                ofSlices(texts, rows, into);
            } else {
                ofTexts(texts, rows, into);
            }
        } else {
            ofNumbers((Shape.Scalar) key, column, rows, into);
        }
        long[] nulls = column.nulls();
        if (nulls != null) {
            for (int row = 0; row < rows; row++) {
                if ((nulls[row >>> 6] & 1L << row) != 0) {
                    into[row] = 0;
                }
            }
        }
    }

    private static void ofNumbers(Shape.Scalar scalar, Column column, int rows, int[] into) {
        if (column instanceof Column.Longs longs) {
            long[] values = longs.values();
            for (int row = 0; row < rows; row++) {
                into[row] = Long.hashCode(values[row]);
            }
        } else if (column instanceof Column.Ints ints) {
            System.arraycopy(ints.values(), 0, into, 0, rows);
        } else if (column instanceof Column.Doubles doubles) {
            double[] values = doubles.values();
            for (int row = 0; row < rows; row++) {
                into[row] = Double.hashCode(values[row]);
            }
        } else if (column instanceof Column.Floats floats) {
            float[] values = floats.values();
            for (int row = 0; row < rows; row++) {
                into[row] = Float.hashCode(values[row]);
            }
        } else if (column instanceof Column.Shorts shorts) {
            short[] values = shorts.values();
            int mask = scalar == Shape.Scalar.CHAR ? 0xFFFF : -1;
            for (int row = 0; row < rows; row++) {
                into[row] = values[row] & mask;
            }
        } else {
            byte[] values = ((Column.Bytes) column).values();
            boolean truths = scalar == Shape.Scalar.BOOLEAN;
            for (int row = 0; row < rows; row++) {
                into[row] = truths ? Boolean.hashCode(values[row] != 0) : values[row];
            }
        }
    }

    private static void ofSlices(Column.Slices texts, int rows, int[] into) {
        byte[] data = texts.data();
        int[] offsets = texts.offsets();
        int start = offsets[0];
        for (int row = 0; row < rows; row++) {
            int end = offsets[row + 1];
            into[row] = Text.wrap(data, start, end - start).hashCode();
            start = end;
        }
    }

    private static void ofTexts(Column.Slices texts, int rows, int[] into) {
        byte[] data = texts.data();
        int[] offsets = texts.offsets();
        int start = offsets[0];
        for (int row = 0; row < rows; row++) {
            int end = offsets[row + 1];
            into[row] = ofText(data, start, end);
            start = end;
        }
    }

    /** What {@link String#hashCode} says of the text that valid UTF-8 stands for. */
    static int ofText(byte[] data, int start, int end) {
        int hash = 0;
        int at = start;
        // Four at a time: the products do not wait for one another.
        for (; at < end - 3; at += 4) {
            byte a = data[at];
            byte b = data[at + 1];
            byte c = data[at + 2];
            byte d = data[at + 3];
            if ((a | b | c | d) < 0) {
                return ofOtherText(data, at, end, hash);
            }
            hash = 31 * 31 * 31 * 31 * hash + 31 * 31 * 31 * a + 31 * 31 * b + 31 * c + d;
        }
        for (; at < end; at++) {
            if (data[at] < 0) {
                return ofOtherText(data, at, end, hash);
            }
            hash = 31 * hash + data[at];
        }
        return hash;
    }

    private static int ofOtherText(byte[] data, int start, int end, int before) {
        int hash = before;
        int at = start;
        while (at < end) {
            int lead = data[at];
            if (lead >= 0) {
                hash = 31 * hash + lead;
                at++;
            } else if (lead >> 5 == -2) {
                hash = 31 * hash + ((lead & 0x1F) << 6 | data[at + 1] & 0x3F);
                at += 2;
            } else if (lead >> 4 == -2) {
                hash = 31 * hash + ((lead & 0x0F) << 12 | (data[at + 1] & 0x3F) << 6 | data[at + 2] & 0x3F);
                at += 3;
            } else {
                int point = (lead & 0x07) << 18
                        | (data[at + 1] & 0x3F) << 12
                        | (data[at + 2] & 0x3F) << 6
                        | data[at + 3] & 0x3F;
                hash = 31 * (31 * hash + Character.highSurrogate(point)) + Character.lowSurrogate(point);
                at += 4;
            }
        }
        return hash;
    }
}
