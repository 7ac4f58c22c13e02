package dev.quiver.exec.column;

import dev.quiver.Text;
import java.util.Arrays;

/** Readers of the scalars that most rows are made of, with a loop each of their own. */
final class ScalarReaders {
    private ScalarReaders() {}

    /** Longs. */
    static final class OfLongs extends ValueReader {
        private final Column.Longs column;

        OfLongs(Column.Longs column) {
            this.column = column;
        }

        @Override
        Object value(int row) {
            return column.isNull(row) ? null : (Object) column.values()[row];
        }

        @Override
        void values(int from, int count, Object[] into) {
            for (int index = 0; index < count; index++) {
                into[index] = value(from + index);
            }
        }
    }

    /** Ints. */
    static final class OfInts extends ValueReader {
        private final Column.Ints column;

        OfInts(Column.Ints column) {
            this.column = column;
        }

        @Override
        Object value(int row) {
            return column.isNull(row) ? null : (Object) column.values()[row];
        }

        @Override
        void values(int from, int count, Object[] into) {
            for (int index = 0; index < count; index++) {
                into[index] = value(from + index);
            }
        }
    }

    /** Doubles. */
    static final class OfDoubles extends ValueReader {
        private final Column.Doubles column;

        OfDoubles(Column.Doubles column) {
            this.column = column;
        }

        @Override
        Object value(int row) {
            return column.isNull(row) ? null : (Object) column.values()[row];
        }

        @Override
        void values(int from, int count, Object[] into) {
            for (int index = 0; index < count; index++) {
                into[index] = value(from + index);
            }
        }
    }

    /** Byte arrays. */
    static final class OfBytes extends ValueReader {
        private final byte[] data;
        private final int[] offsets;
        private final Column.Slices column;

        OfBytes(Column.Slices column) {
            this.column = column;
            this.data = column.data();
            this.offsets = column.offsets();
        }

        @Override
        Object value(int row) {
            return column.isNull(row) ? null : Arrays.copyOfRange(data, offsets[row], offsets[row + 1]);
        }

        @Override
        void values(int from, int count, Object[] into) {
            for (int index = 0; index < count; index++) {
                into[index] = value(from + index);
            }
        }
    }

    /** Text as slices of the column. */
    static final class OfSlices extends ValueReader {
        private final Column.Slices column;

        OfSlices(Column.Slices column) {
            this.column = column;
        }

        @Override
        Object value(int row) {
            int start = column.offsets()[row];
            return column.isNull(row) ? null : Text.wrap(column.data(), start, column.offsets()[row + 1] - start);
        }

        @Override
        void values(int from, int count, Object[] into) {
            for (int index = 0; index < count; index++) {
                into[index] = value(from + index);
            }
        }
    }

    /** Text as strings. */
    static final class OfText extends ValueReader {
        private final Column.Slices column;

        OfText(Column.Slices column) {
            this.column = column;
        }

        @Override
        Object value(int row) {
            return column.isNull(row) ? null : ValueReaders.text(column, row);
        }

        @Override
        void values(int from, int count, Object[] into) {
            for (int index = 0; index < count; index++) {
                into[index] = value(from + index);
            }
        }
    }
}
