package dev.quiver.exec.kernel.partition;

import dev.quiver.exec.column.Column;
import java.util.Arrays;

/** Columns whose values all take the same room. One class a type, so that each loop is compiled for its arrays. */
final class FixedScatters {
    private FixedScatters() {}

    /** For columns like this one, or null. */
    static ColumnScatter of(Column column, int partitionCount) {
        if (column instanceof Column.Longs) {
            return new OfLongs(partitionCount);
        }
        if (column instanceof Column.Ints) {
            return new OfInts(partitionCount);
        }
        if (column instanceof Column.Shorts) {
            return new OfShorts(partitionCount);
        }
        if (column instanceof Column.Doubles) {
            return new OfDoubles(partitionCount);
        }
        if (column instanceof Column.Floats) {
            return new OfFloats(partitionCount);
        }
        if (column instanceof Column.Bytes) {
            return new OfBytes(partitionCount);
        }
        return null;
    }

    /** Longs, and dates and times. */
    static final class OfLongs extends ColumnScatter {
        private final long[][] parts;

        OfLongs(int partitionCount) {
            super(partitionCount);
            this.parts = new long[partitionCount][];
        }

        @Override
        void reserve(int partition, int capacity) {
            long[] part = parts[partition];
            if (part == null) {
                parts[partition] = new long[capacity];
            } else if (part.length < capacity) {
                parts[partition] = Arrays.copyOf(part, capacity);
            }
        }

        @Override
        long scatter(Column column, int[] targets, int[] places, int rows) {
            long[] values = ((Column.Longs) column).values();
            long[][] into = parts;
            for (int row = 0; row < rows; row++) {
                into[targets[row]][places[row]] = values[row];
            }
            scatterNulls(column, targets, places, rows);
            return 0;
        }

        @Override
        int rowBytes() {
            return 8;
        }

        @Override
        Column seal(int partition, int rows) {
            long[] part = parts[partition];
            if (keeps(8L * part.length)) {
                return new Column.Longs(Arrays.copyOf(part, rows), sealNulls(partition, rows));
            }
            parts[partition] = null;
            return new Column.Longs(
                    wasteful(part.length, rows) ? Arrays.copyOf(part, rows) : part, sealNulls(partition, rows));
        }
    }

    /** Ints. */
    static final class OfInts extends ColumnScatter {
        private final int[][] parts;

        OfInts(int partitionCount) {
            super(partitionCount);
            this.parts = new int[partitionCount][];
        }

        @Override
        void reserve(int partition, int capacity) {
            int[] part = parts[partition];
            if (part == null) {
                parts[partition] = new int[capacity];
            } else if (part.length < capacity) {
                parts[partition] = Arrays.copyOf(part, capacity);
            }
        }

        @Override
        long scatter(Column column, int[] targets, int[] places, int rows) {
            int[] values = ((Column.Ints) column).values();
            int[][] into = parts;
            for (int row = 0; row < rows; row++) {
                into[targets[row]][places[row]] = values[row];
            }
            scatterNulls(column, targets, places, rows);
            return 0;
        }

        @Override
        int rowBytes() {
            return 4;
        }

        @Override
        Column seal(int partition, int rows) {
            int[] part = parts[partition];
            if (keeps(4L * part.length)) {
                return new Column.Ints(Arrays.copyOf(part, rows), sealNulls(partition, rows));
            }
            parts[partition] = null;
            return new Column.Ints(
                    wasteful(part.length, rows) ? Arrays.copyOf(part, rows) : part, sealNulls(partition, rows));
        }
    }

    /** Shorts and chars. */
    static final class OfShorts extends ColumnScatter {
        private final short[][] parts;

        OfShorts(int partitionCount) {
            super(partitionCount);
            this.parts = new short[partitionCount][];
        }

        @Override
        void reserve(int partition, int capacity) {
            short[] part = parts[partition];
            if (part == null) {
                parts[partition] = new short[capacity];
            } else if (part.length < capacity) {
                parts[partition] = Arrays.copyOf(part, capacity);
            }
        }

        @Override
        long scatter(Column column, int[] targets, int[] places, int rows) {
            short[] values = ((Column.Shorts) column).values();
            short[][] into = parts;
            for (int row = 0; row < rows; row++) {
                into[targets[row]][places[row]] = values[row];
            }
            scatterNulls(column, targets, places, rows);
            return 0;
        }

        @Override
        int rowBytes() {
            return 2;
        }

        @Override
        Column seal(int partition, int rows) {
            short[] part = parts[partition];
            if (keeps(2L * part.length)) {
                return new Column.Shorts(Arrays.copyOf(part, rows), sealNulls(partition, rows));
            }
            parts[partition] = null;
            return new Column.Shorts(
                    wasteful(part.length, rows) ? Arrays.copyOf(part, rows) : part, sealNulls(partition, rows));
        }
    }

    /** Doubles. */
    static final class OfDoubles extends ColumnScatter {
        private final double[][] parts;

        OfDoubles(int partitionCount) {
            super(partitionCount);
            this.parts = new double[partitionCount][];
        }

        @Override
        void reserve(int partition, int capacity) {
            double[] part = parts[partition];
            if (part == null) {
                parts[partition] = new double[capacity];
            } else if (part.length < capacity) {
                parts[partition] = Arrays.copyOf(part, capacity);
            }
        }

        @Override
        long scatter(Column column, int[] targets, int[] places, int rows) {
            double[] values = ((Column.Doubles) column).values();
            double[][] into = parts;
            for (int row = 0; row < rows; row++) {
                into[targets[row]][places[row]] = values[row];
            }
            scatterNulls(column, targets, places, rows);
            return 0;
        }

        @Override
        int rowBytes() {
            return 8;
        }

        @Override
        Column seal(int partition, int rows) {
            double[] part = parts[partition];
            if (keeps(8L * part.length)) {
                return new Column.Doubles(Arrays.copyOf(part, rows), sealNulls(partition, rows));
            }
            parts[partition] = null;
            return new Column.Doubles(
                    wasteful(part.length, rows) ? Arrays.copyOf(part, rows) : part, sealNulls(partition, rows));
        }
    }

    /** Floats. */
    static final class OfFloats extends ColumnScatter {
        private final float[][] parts;

        OfFloats(int partitionCount) {
            super(partitionCount);
            this.parts = new float[partitionCount][];
        }

        @Override
        void reserve(int partition, int capacity) {
            float[] part = parts[partition];
            if (part == null) {
                parts[partition] = new float[capacity];
            } else if (part.length < capacity) {
                parts[partition] = Arrays.copyOf(part, capacity);
            }
        }

        @Override
        long scatter(Column column, int[] targets, int[] places, int rows) {
            float[] values = ((Column.Floats) column).values();
            float[][] into = parts;
            for (int row = 0; row < rows; row++) {
                into[targets[row]][places[row]] = values[row];
            }
            scatterNulls(column, targets, places, rows);
            return 0;
        }

        @Override
        int rowBytes() {
            return 4;
        }

        @Override
        Column seal(int partition, int rows) {
            float[] part = parts[partition];
            if (keeps(4L * part.length)) {
                return new Column.Floats(Arrays.copyOf(part, rows), sealNulls(partition, rows));
            }
            parts[partition] = null;
            return new Column.Floats(
                    wasteful(part.length, rows) ? Arrays.copyOf(part, rows) : part, sealNulls(partition, rows));
        }
    }

    /** Bytes and booleans. */
    static final class OfBytes extends ColumnScatter {
        private final byte[][] parts;

        OfBytes(int partitionCount) {
            super(partitionCount);
            this.parts = new byte[partitionCount][];
        }

        @Override
        void reserve(int partition, int capacity) {
            byte[] part = parts[partition];
            if (part == null) {
                parts[partition] = new byte[capacity];
            } else if (part.length < capacity) {
                parts[partition] = Arrays.copyOf(part, capacity);
            }
        }

        @Override
        long scatter(Column column, int[] targets, int[] places, int rows) {
            byte[] values = ((Column.Bytes) column).values();
            byte[][] into = parts;
            for (int row = 0; row < rows; row++) {
                into[targets[row]][places[row]] = values[row];
            }
            scatterNulls(column, targets, places, rows);
            return 0;
        }

        @Override
        int rowBytes() {
            return 1;
        }

        @Override
        Column seal(int partition, int rows) {
            byte[] part = parts[partition];
            if (keeps(part.length)) {
                return new Column.Bytes(Arrays.copyOf(part, rows), sealNulls(partition, rows));
            }
            parts[partition] = null;
            return new Column.Bytes(
                    wasteful(part.length, rows) ? Arrays.copyOf(part, rows) : part, sealNulls(partition, rows));
        }
    }
}
