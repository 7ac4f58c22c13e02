package dev.quiver.exec.kernel.gather;

import dev.quiver.exec.column.ArrayKind;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;

/** A column to which others of its kind are appended. */
abstract class ColumnTail {
    private long[] nulls;

    static ColumnTail like(Column column) {
        if (column instanceof Column.Slices) {
            return new Slices();
        }
        return column instanceof Column.Lists lists ? new Lists(lists.elements()) : new Fixed(column);
    }

    abstract void plan(Column column, int rows, double times);

    abstract long bytes();

    abstract long growth(Column column, int used, int rows);

    abstract void append(Column column, int used, int rows);

    abstract Column seal(int rows);

    /** The room of an array that must hold more than was planned. */
    static int grown(int room, long needed) {
        ColumnGather.requireRoom(1, needed, "values", ColumnGather.MOST_VALUES);
        return (int) Math.min(ColumnGather.MOST_VALUES, Math.max(needed, room + (room >>> 3) + 16L));
    }

    static int planned(int before, double more) {
        return (int) Math.min(ColumnGather.MOST_VALUES, before + Math.ceil(more));
    }

    final void appendNulls(Column column, int used, int rows) {
        if (column.nulls() == null) {
            return;
        }
        for (int row = 0; row < rows; row++) {
            if (column.isNull(row)) {
                int word = used + row >>> 6;
                if (nulls == null || word >= nulls.length) {
                    int words = Math.max(word + 1, nulls == null ? 16 : nulls.length * 2);
                    nulls = nulls == null ? new long[words] : Arrays.copyOf(nulls, words);
                }
                nulls[word] |= 1L << used + row;
            }
        }
    }

    /** Bits for all rows, or null when none was null. */
    final long[] nulls(int rows) {
        int words = rows + 63 >>> 6;
        return nulls == null || nulls.length >= words ? nulls : Arrays.copyOf(nulls, words);
    }

    /** Values of one width. */
    private static final class Fixed extends ColumnTail {
        private final Class<?> type;
        private final int width;
        private int room;
        private Object values;

        Fixed(Column like) {
            type = ArrayKind.storageOf(like).getClass().getComponentType();
            width = type == long.class || type == double.class
                    ? 8
                    : type == int.class || type == float.class ? 4 : type == short.class ? 2 : 1;
        }

        @Override
        void plan(Column column, int rows, double times) {
            room = planned(room, rows * times);
        }

        @Override
        long bytes() {
            return (long) width * room;
        }

        @Override
        long growth(Column column, int used, int rows) {
            return (long) used + rows <= room ? 0 : (long) width * grown(room, (long) used + rows);
        }

        @Override
        void append(Column column, int used, int rows) {
            if ((long) used + rows > room) {
                room = grown(room, (long) used + rows);
            }
            if (values == null || Array.getLength(values) < room) {
                Object larger = Array.newInstance(type, room);
                if (values != null) {
                    System.arraycopy(values, 0, larger, 0, used);
                }
                values = larger;
            }
            System.arraycopy(ArrayKind.storageOf(column), 0, values, used, rows);
            appendNulls(column, used, rows);
        }

        @Override
        Column seal(int rows) {
            Object storage = values == null ? Array.newInstance(type, 0) : values;
            long[] bits = nulls(rows);
            if (storage instanceof long[] longs) {
                return new Column.Longs(longs, bits);
            }
            if (storage instanceof int[] ints) {
                return new Column.Ints(ints, bits);
            }
            if (storage instanceof double[] doubles) {
                return new Column.Doubles(doubles, bits);
            }
            if (storage instanceof float[] floats) {
                return new Column.Floats(floats, bits);
            }
            return storage instanceof short[] shorts
                    ? new Column.Shorts(shorts, bits)
                    : new Column.Bytes((byte[]) storage, bits);
        }
    }

    /** Where the values of each row end, behind those of the rows before. */
    private static final class Ends {
        private int room;
        private int[] ends = new int[1];

        void plan(int rows, double times) {
            room = planned(room, rows * times);
        }

        long bytes() {
            return 4L * room;
        }

        long growth(int used, int rows) {
            return (long) used + rows <= room ? 0 : 4L * grown(room, (long) used + rows);
        }

        int last(int used) {
            return ends[used];
        }

        void append(int[] offsets, int used, int rows) {
            if ((long) used + rows > room) {
                room = grown(room, (long) used + rows);
            }
            if (ends.length <= room) {
                ends = Arrays.copyOf(ends, room + 1);
            }
            int shift = ends[used] - offsets[0];
            for (int row = 1; row <= rows; row++) {
                ends[used + row] = offsets[row] + shift;
            }
        }
    }

    /** Texts and bytes. */
    private static final class Slices extends ColumnTail {
        private final Ends ends = new Ends();
        private int room;
        private byte[] data = new byte[0];

        private static int length(Column column, int rows) {
            int[] offsets = ((Column.Slices) column).offsets();
            return offsets[rows] - offsets[0];
        }

        @Override
        void plan(Column column, int rows, double times) {
            ends.plan(rows, times);
            room = planned(room, length(column, rows) * times);
        }

        @Override
        long bytes() {
            return ends.bytes() + room;
        }

        @Override
        long growth(Column column, int used, int rows) {
            long needed = ends.last(used) + (long) length(column, rows);
            return ends.growth(used, rows) + (needed <= room ? 0 : grown(room, needed));
        }

        @Override
        void append(Column column, int used, int rows) {
            Column.Slices slices = (Column.Slices) column;
            int filled = ends.last(used);
            int length = length(column, rows);
            if (filled + (long) length > room) {
                room = grown(room, filled + (long) length);
            }
            if (data.length < room) {
                data = Arrays.copyOf(data, room);
            }
            System.arraycopy(slices.data(), slices.offsets()[0], data, filled, length);
            ends.append(slices.offsets(), used, rows);
            appendNulls(column, used, rows);
        }

        @Override
        Column seal(int rows) {
            return new Column.Slices(data, ends.ends, nulls(rows));
        }
    }

    /** Lists, optionals and arrays. */
    private static final class Lists extends ColumnTail {
        private final Ends ends = new Ends();
        private final Concatenation elements;

        Lists(ColumnBatch like) {
            elements = new Concatenation(like);
        }

        /** The elements that rows have, without such as may stand before and behind them. */
        private static ColumnBatch elements(Column column, int rows) {
            int[] offsets = ((Column.Lists) column).offsets();
            ColumnBatch all = ((Column.Lists) column).elements();
            if (offsets[0] == 0 && offsets[rows] == all.rows()) {
                return all;
            }
            long[] ids = new long[offsets[rows] - offsets[0]];
            for (int index = 0; index < ids.length; index++) {
                ids[index] = RowGather.id(0, offsets[0] + index);
            }
            RowGather gather = RowGather.of(List.of(all), 0, all.columns().size());
            return new ColumnBatch(all.shape(), ids.length, gather.take(ids, 0, ids.length));
        }

        @Override
        void plan(Column column, int rows, double times) {
            ends.plan(rows, times);
            elements.plan(((Column.Lists) column).elements(), times);
        }

        @Override
        long bytes() {
            return ends.bytes() + elements.bytes();
        }

        @Override
        long growth(Column column, int used, int rows) {
            return ends.growth(used, rows) + elements.growth(((Column.Lists) column).elements());
        }

        @Override
        void append(Column column, int used, int rows) {
            elements.append(elements(column, rows));
            ends.append(((Column.Lists) column).offsets(), used, rows);
            appendNulls(column, used, rows);
        }

        @Override
        Column seal(int rows) {
            return new Column.Lists(ends.ends, elements.seal(), nulls(rows));
        }
    }
}
