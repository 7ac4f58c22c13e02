package dev.quiver.block;

import dev.quiver.StorageLevel;
import dev.quiver.block.memory.MemoryMode;
import dev.quiver.block.memory.Reservation;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.id.BlockId;
import java.io.IOException;

/**
 * Reads a block from disk, and has it in memory again when it was read to its end and fits into what nobody holds. Nothing
 * is evicted for it: a dataset larger than the memory would only push itself out. Its files stay, so that it can be
 * evicted again for nothing.
 */
final class RecallingSource implements BatchSource {
    private final Stores stores;
    private final BlockId block;
    private final DiskBlock files;
    private final StorageLevel level;
    private final BatchSource disk;
    private final BlockRows rows;

    /** Null when the rows are not gathered any more. */
    private Reservation held;

    /** @param files what {@code disk} reads */
    RecallingSource(Stores stores, BlockId block, DiskBlock files, StorageLevel level, BatchSource disk) {
        this.stores = stores;
        this.block = block;
        this.files = files;
        this.level = level;
        this.disk = disk;
        MemoryMode mode = Stores.mode(level);
        this.rows = stores.rows(mode);
        this.held = stores.budget().of(mode).storage(Stores.holder(block));
    }

    @Override
    public ColumnBatch next() throws Exception {
        ColumnBatch batch = disk.next();
        if (held == null) {
            return batch;
        }
        if (batch == null) {
            recall();
        } else if (!held.tryGrow(rows.sizeOf(batch)) || !rows.add(batch)) {
            forget();
        }
        return batch;
    }

    private void recall() throws IOException {
        if (stores.recall(new MemoryStore.Entry(block, rows, held, level, true), files)) {
            held = null;
        } else {
            forget();
        }
    }

    private void forget() {
        if (held != null) {
            rows.close();
            held.close();
            held = null;
        }
    }

    @Override
    public void close() {
        forget();
        disk.close();
    }
}
