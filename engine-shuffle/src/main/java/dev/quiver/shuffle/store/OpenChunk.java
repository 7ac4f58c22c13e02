package dev.quiver.shuffle.store;

import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;
import dev.quiver.shuffle.chunk.ChunkSources;
import dev.quiver.task.MapVersion;
import java.util.function.Function;

/**
 * A chunk that still grows. A single batch stays as it is; from the second on they are joined. One thread at a
 * time.
 */
final class OpenChunk {
    /** Sealed at so many rows, however few bytes they take. */
    private static final int MAX_ROWS = 1 << 24;

    private final Shape shape;
    private final Function<Shape, BatchBuilder> builders;
    private final ChunkSources.Builder sources = new ChunkSources.Builder();
    private ColumnBatch single;
    private BatchBuilder builder;
    private int rows;
    private long bytes;

    OpenChunk(MapVersion version, ColumnBatch first, Function<Shape, BatchBuilder> builders) {
        this.shape = first.shape();
        this.builders = builders;
        this.single = first;
        count(version, first);
    }

    Shape shape() {
        return shape;
    }

    /** Bytes of the rows added, about; never shrinks. */
    long bytes() {
        return bytes;
    }

    boolean isFull(long targetBytes) {
        return bytes >= targetBytes || rows >= MAX_ROWS || builder != null && builder.isFull();
    }

    /**
     * Adds rows of the same shape; or returns false, having changed nothing, when they cannot be joined. After an
     * exception the rows are in disorder, and the chunk must be dropped.
     */
    boolean add(MapVersion version, ColumnBatch batch) {
        if (single != null) {
            BatchBuilder fresh = builders.apply(shape);
            if (!fresh.appendAll(single)) {
                return false;
            }
            builder = fresh;
            single = null;
        }
        if (!builder.appendAll(batch)) {
            return false;
        }
        count(version, batch);
        return true;
    }

    /**
     * The rows so far. May be called again: the batch is kept until the chunk is dropped, as it must be after an
     * exception.
     */
    ColumnBatch sealed() {
        if (single == null) {
            ColumnBatch joined = builder.seal();
            if (joined.rows() != rows) {
                throw new IllegalStateException(joined + " were joined from " + rows + " rows");
            }
            single = joined;
            builder = null;
        }
        return single;
    }

    ChunkSources sources() {
        return sources.build();
    }

    private void count(MapVersion version, ColumnBatch batch) {
        sources.add(version, batch.rows());
        rows += batch.rows();
        // A small batch has more room in its arrays than rows; the builder knows better what they take together.
        bytes = builder == null ? batch.sizeBytes() : Math.max(bytes, builder.sizeBytes());
    }
}
