package dev.quiver.block;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.BlockWriter;
import dev.quiver.id.BlockId;
import dev.quiver.id.DatasetId;
import dev.quiver.shape.Shape.Scalar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** Blocks of longs, and ways to write and read them. */
final class Sample {
    /** Heap that {@link #longs} of this many values takes. */
    static final int ROWS = 125;

    static final long BATCH_BYTES = 8L * ROWS;

    private Sample() {}

    static BlockId.CachedPartition cached(int dataset, int partition) {
        return new BlockId.CachedPartition(new DatasetId(dataset), partition);
    }

    /** One batch of {@link #ROWS} consecutive numbers. */
    static ColumnBatch longs(long first) {
        long[] values = LongStream.range(first, first + ROWS).toArray();
        return new ColumnBatch(Scalar.LONG, ROWS, List.of(new Column.Longs(values, null)));
    }

    static ColumnBatch text(String value) {
        byte[] data = value.getBytes();
        return new ColumnBatch(Scalar.STRING, 1, List.of(new Column.Slices(data, new int[] {0, data.length}, null)));
    }

    static boolean write(BlockWriter writer, ColumnBatch... batches) throws Exception {
        try (writer) {
            for (ColumnBatch batch : batches) {
                writer.write(batch);
            }
            return writer.commit();
        }
    }

    /** Numbers and text of all batches, in order. */
    static List<Object> rows(Optional<BatchSource> source) throws Exception {
        List<Object> rows = new ArrayList<>();
        try (BatchSource batches = source.orElseThrow()) {
            for (ColumnBatch batch = batches.next(); batch != null; batch = batches.next()) {
                if (batch.columns().get(0) instanceof Column.Longs longs) {
                    Arrays.stream(longs.values(), 0, batch.rows()).forEach(rows::add);
                } else if (batch.columns().get(0) instanceof Column.Slices text) {
                    rows.add(new String(text.data(), 0, text.offsets()[1]));
                }
            }
        }
        return rows;
    }

    static List<Object> numbers(long first, int batches) {
        return new ArrayList<>(
                LongStream.range(first, first + (long) batches * ROWS).boxed().toList());
    }
}
