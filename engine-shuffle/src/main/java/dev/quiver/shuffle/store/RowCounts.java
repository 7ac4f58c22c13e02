package dev.quiver.shuffle.store;

/** Rows a map output has for each reduce partition, in one, two or eight bytes each as the largest needs. Immutable. */
final class RowCounts {
    private final byte[] bytes;
    private final short[] shorts;
    private final long[] longs;

    private RowCounts(byte[] bytes, short[] shorts, long[] longs) {
        this.bytes = bytes;
        this.shorts = shorts;
        this.longs = longs;
    }

    static RowCounts of(long[] rows) {
        long largest = 0;
        for (long count : rows) {
            largest = Math.max(largest, count);
        }
        if (largest <= 0xFF) {
            byte[] bytes = new byte[rows.length];
            for (int index = 0; index < rows.length; index++) {
                bytes[index] = (byte) rows[index];
            }
            return new RowCounts(bytes, null, null);
        } else if (largest <= 0xFFFF) {
            short[] shorts = new short[rows.length];
            for (int index = 0; index < rows.length; index++) {
                shorts[index] = (short) rows[index];
            }
            return new RowCounts(null, shorts, null);
        }
        return new RowCounts(null, null, rows.clone());
    }

    long rows(int reducePartition) {
        if (bytes != null) {
            return bytes[reducePartition] & 0xFF;
        }
        return shorts != null ? shorts[reducePartition] & 0xFFFF : longs[reducePartition];
    }
}
