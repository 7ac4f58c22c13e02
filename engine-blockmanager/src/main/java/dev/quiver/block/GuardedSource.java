package dev.quiver.block;

import dev.quiver.block.folder.DiskFailure;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import java.io.IOException;
import java.util.function.Consumer;

/** Batches from disk; reports damage, and a disk that fails, after the block was verified. */
final class GuardedSource implements BatchSource {
    private final DiskReader reader;
    private final Consumer<IOException> onDamage;

    GuardedSource(DiskReader reader, Consumer<IOException> onDamage) {
        this.reader = reader;
        this.onDamage = onDamage;
    }

    @Override
    public ColumnBatch next() throws IOException {
        try {
            return reader.next();
        } catch (IOException damage) {
            if (DiskFailure.mayBe(damage)) {
                onDamage.accept(damage);
            }
            throw damage;
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
