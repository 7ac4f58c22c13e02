package dev.quiver.exec.kernel.gather;

import dev.quiver.exec.column.Column;

/** Columns whose values all have one width. A loop of its own for each width, so that each compiles to plain loads. */
final class FixedGathers {
    private FixedGathers() {}

    static final class OfLongs extends ColumnGather {
        private final long[][] values;

        OfLongs(Column[] sources) {
            super(sources);
            this.values = arrays(sources, long[][]::new, source -> ((Column.Longs) source).values());
        }

        @Override
        Column take(long[] ids, int from, int count) {
            long[] taken = new long[count];
            long[][] sources = values;
            for (int row = 0; row < count; row++) {
                long id = ids[from + row];
                taken[row] = sources[(int) (id >>> 32)][(int) id];
            }
            return new Column.Longs(taken, nullsOf(ids, from, count));
        }

        @Override
        boolean replace(int source, Column column, int rows) {
            values[source] = ((Column.Longs) column).values();
            return super.replace(source, column, rows);
        }
    }

    static final class OfInts extends ColumnGather {
        private final int[][] values;

        OfInts(Column[] sources) {
            super(sources);
            this.values = arrays(sources, int[][]::new, source -> ((Column.Ints) source).values());
        }

        @Override
        Column take(long[] ids, int from, int count) {
            int[] taken = new int[count];
            int[][] sources = values;
            for (int row = 0; row < count; row++) {
                long id = ids[from + row];
                taken[row] = sources[(int) (id >>> 32)][(int) id];
            }
            return new Column.Ints(taken, nullsOf(ids, from, count));
        }

        @Override
        boolean replace(int source, Column column, int rows) {
            values[source] = ((Column.Ints) column).values();
            return super.replace(source, column, rows);
        }
    }

    static final class OfDoubles extends ColumnGather {
        private final double[][] values;

        OfDoubles(Column[] sources) {
            super(sources);
            this.values = arrays(sources, double[][]::new, source -> ((Column.Doubles) source).values());
        }

        @Override
        Column take(long[] ids, int from, int count) {
            double[] taken = new double[count];
            double[][] sources = values;
            for (int row = 0; row < count; row++) {
                long id = ids[from + row];
                taken[row] = sources[(int) (id >>> 32)][(int) id];
            }
            return new Column.Doubles(taken, nullsOf(ids, from, count));
        }

        @Override
        boolean replace(int source, Column column, int rows) {
            values[source] = ((Column.Doubles) column).values();
            return super.replace(source, column, rows);
        }
    }

    static final class OfFloats extends ColumnGather {
        private final float[][] values;

        OfFloats(Column[] sources) {
            super(sources);
            this.values = arrays(sources, float[][]::new, source -> ((Column.Floats) source).values());
        }

        @Override
        Column take(long[] ids, int from, int count) {
            float[] taken = new float[count];
            float[][] sources = values;
            for (int row = 0; row < count; row++) {
                long id = ids[from + row];
                taken[row] = sources[(int) (id >>> 32)][(int) id];
            }
            return new Column.Floats(taken, nullsOf(ids, from, count));
        }

        @Override
        boolean replace(int source, Column column, int rows) {
            values[source] = ((Column.Floats) column).values();
            return super.replace(source, column, rows);
        }
    }

    static final class OfShorts extends ColumnGather {
        private final short[][] values;

        OfShorts(Column[] sources) {
            super(sources);
            this.values = arrays(sources, short[][]::new, source -> ((Column.Shorts) source).values());
        }

        @Override
        Column take(long[] ids, int from, int count) {
            short[] taken = new short[count];
            short[][] sources = values;
            for (int row = 0; row < count; row++) {
                long id = ids[from + row];
                taken[row] = sources[(int) (id >>> 32)][(int) id];
            }
            return new Column.Shorts(taken, nullsOf(ids, from, count));
        }

        @Override
        boolean replace(int source, Column column, int rows) {
            values[source] = ((Column.Shorts) column).values();
            return super.replace(source, column, rows);
        }
    }

    static final class OfBytes extends ColumnGather {
        private final byte[][] values;

        OfBytes(Column[] sources) {
            super(sources);
            this.values = arrays(sources, byte[][]::new, source -> ((Column.Bytes) source).values());
        }

        @Override
        Column take(long[] ids, int from, int count) {
            byte[] taken = new byte[count];
            byte[][] sources = values;
            for (int row = 0; row < count; row++) {
                long id = ids[from + row];
                taken[row] = sources[(int) (id >>> 32)][(int) id];
            }
            return new Column.Bytes(taken, nullsOf(ids, from, count));
        }

        @Override
        boolean replace(int source, Column column, int rows) {
            values[source] = ((Column.Bytes) column).values();
            return super.replace(source, column, rows);
        }
    }
}
