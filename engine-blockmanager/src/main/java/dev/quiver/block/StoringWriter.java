package dev.quiver.block;

import dev.quiver.StorageLevel;
import dev.quiver.block.memory.Reservation;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.BlockWriter;
import dev.quiver.id.BlockId;
import dev.quiver.id.DatasetId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the batches of one block. Belongs to one thread; only {@link #cancel} may come from another.
 *
 * <pre>
 * in memory --no room, level has disk--> on disk --commit--> stored
 *     |                                     |
 *     +--no room------------> refused <-----+ disk fails
 * </pre>
 */
final class StoringWriter implements BlockWriter {
    private static final Logger LOG = LoggerFactory.getLogger(StoringWriter.class);

    private final Stores stores;
    private final BlockId block;
    private final StorageLevel level;
    private final boolean evictable;
    private final Object owner;
    private final Reservation reservation;
    private final List<ColumnBatch> batches = new ArrayList<>();
    private DiskWriter disk;
    private boolean refused;
    private boolean transferred;
    private boolean done;
    private volatile boolean cancelled;

    StoringWriter(Stores stores, BlockId block, StorageLevel level, boolean evictable, Object owner) {
        this.stores = stores;
        this.block = block;
        this.level = level;
        this.evictable = evictable;
        this.owner = owner;
        this.reservation = stores.budget().storage(Stores.holder(block));
        this.refused = level == StorageLevel.NONE;
    }

    BlockId block() {
        return block;
    }

    /** The dataset is no longer cached: nothing will be stored. */
    void cancel() {
        cancelled = true;
    }

    @Override
    public void write(ColumnBatch batch) {
        if (done) {
            throw new IllegalStateException("block " + block.name() + " was committed or closed before");
        }
        if (refused || cancelled) {
            return;
        }
        try {
            if (disk == null && level.usesMemory()) {
                if (stores.memory().reserve(reservation, batch.sizeBytes(), dataset())) {
                    batches.add(batch);
                    return;
                } else if (!level.usesDisk()) {
                    refuse();
                    return;
                }
            }
            toDisk();
            disk.write(batch);
        } catch (IOException | RuntimeException failed) {
            onDiskFailure(failed);
        }
    }

    private DatasetId dataset() {
        return block instanceof BlockId.CachedPartition cached ? cached.dataset() : null;
    }

    private void toDisk() throws IOException {
        if (disk == null) {
            disk = stores.disk().writer(block);
            for (ColumnBatch batch : batches) {
                disk.write(batch);
            }
            batches.clear();
            reservation.close();
        }
    }

    /** A cache that cannot be written costs time later, and no task its life. */
    private void onDiskFailure(Exception failed) {
        LOG.warn("Cannot store block {}; it will be computed again when it is needed.", block.name(), failed);
        refuse();
    }

    private void refuse() {
        refused = true;
        batches.clear();
        reservation.close();
        if (disk != null) {
            disk.close();
        }
    }

    @Override
    public boolean isRefused() {
        return refused || cancelled;
    }

    @Override
    public boolean commit() {
        if (done) {
            throw new IllegalStateException("block " + block.name() + " was committed or closed before");
        }
        try {
            return !refused && !cancelled && store();
        } catch (IOException failed) {
            onDiskFailure(failed);
            return false;
        } finally {
            close();
        }
    }

    private boolean store() throws IOException {
        if (disk == null && !level.usesMemory()) {
            toDisk();
        }
        boolean added;
        synchronized (stores.lockOf(block)) {
            if (cancelled || owner != null && !stores.hide(block, owner)) {
                return false;
            }
            added = add();
        }
        if (cancelled) {
            stores.drop(block);
            return false;
        }
        if (owner == null) {
            stores.changed(block);
        } else if (!added) {
            // One that all may see was there before.
            stores.publish(block, owner);
        }
        return true;
    }

    private boolean add() throws IOException {
        if (disk != null) {
            return stores.disk().add(block, disk, level);
        }
        transferred = stores.memory().add(new MemoryStore.Entry(block, batches, reservation, level, evictable));
        return transferred;
    }

    @Override
    public void close() {
        if (!done) {
            done = true;
            batches.clear();
            stores.closed(this);
            if (disk != null) {
                disk.close();
            }
            if (!transferred) {
                reservation.close();
            }
        }
    }
}
