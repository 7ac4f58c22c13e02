package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.ColumnLayout;
import dev.quiver.shape.Shape;

/**
 * What the first batch of a side of a join tells about the others.
 *
 * @param pairs   shape of its rows
 * @param keyPart which part of their bytes is in keys, from 0 to 1
 */
record SideShape(Shape.PairOf pairs, double keyPart) {
    /** Of a side whose rows are not known to be pairs in columns. */
    static final SideShape UNKNOWN = new SideShape(new Shape.PairOf(Shape.Scalar.LONG, Shape.UNKNOWN), 1);

    static SideShape of(ColumnBatch batch) {
        if (!(batch.shape() instanceof Shape.PairOf pairs)) {
            return UNKNOWN;
        }
        long bytes = keyBytes(batch);
        return new SideShape(pairs, bytes / (double) Math.max(1, batch.sizeBytes()));
    }

    /** Bytes that the keys of a batch of pairs take. */
    static long keyBytes(ColumnBatch batch) {
        long bytes = 0;
        int columns = ColumnLayout.columnCount(((Shape.PairOf) batch.shape()).key());
        for (int column = 0; column < columns; column++) {
            bytes += batch.columns().get(column).sizeBytes();
        }
        return bytes;
    }
}
