package dev.quiver.exec.spill;

import dev.quiver.UsageException;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.ColumnLayout;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.kernel.partition.KeyHashes;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;

/** Hashes of keys for {@link SpilledKeys}: equal keys have equal ones, whether they are in columns or objects. */
final class KeysOfRows {
    private KeysOfRows() {}

    /** The hash of a key that is an object. */
    static int hash(Object key) {
        try {
            return HashPartitioner.hash(key);
        } catch (UsageException byIdentity) {
            // Such a key equals itself alone; only a partitioner of the user's own lets it come here.
            return key.hashCode();
        }
    }

    /** Puts the hash of each row's key into an array from its start; keys that columns cannot hash are read for it. */
    static void hashes(
            Shape.PairOf pair, ColumnBatch batch, ValueSerializer serializer, ClassLoader loader, int[] into) {
        if (KeyHashes.knows(pair.key(), loader)) {
            KeyHashes.of(pair.key(), batch.columns(), 0, batch.rows(), into);
            return;
        }
        ColumnBatch keys = new ColumnBatch(
                pair.key(), batch.rows(), batch.columns().subList(0, ColumnLayout.columnCount(pair.key())));
        RowReader reader = new RowReader(keys, serializer, loader);
        for (int row = 0; row < batch.rows(); row++) {
            into[row] = hash(reader.row(row));
        }
    }
}
