package dev.quiver.block;

import dev.quiver.StorageLevel;
import dev.quiver.block.memory.MemoryMode;
import dev.quiver.block.memory.Reservation;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.BlockWriter;
import dev.quiver.id.BlockId;
import dev.quiver.id.DatasetId;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the batches of one block. Until the block is stored, its memory is that of the task that writes it, if there is
 * one. Belongs to one thread; only {@link #cancel} may come from another.
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
    private final TaskBlocks owner;
    private final Unroll unroll;

    /** What is gathered in memory; null once it was transferred or freed. */
    private BlockRows rows;

    private DiskWriter disk;
    private boolean refused;
    private boolean done;
    private volatile boolean cancelled;

    StoringWriter(Stores stores, BlockId block, StorageLevel level, boolean evictable, TaskBlocks owner) {
        this.stores = stores;
        this.block = block;
        this.level = level;
        this.evictable = evictable;
        this.owner = owner;
        MemoryMode mode = Stores.mode(level);
        this.unroll = new Unroll(stores.unroll(block, mode, dataset(), owner));
        this.rows = stores.rows(mode);
        this.refused = level == StorageLevel.NONE;
        if (owner != null && level.usesMemory()) {
            unroll.begin();
        }
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
            if (disk == null && level.usesMemory() && unroll.tryUse(rows.sizeOf(batch)) && rows.add(batch)) {
                return;
            }
            if (!level.usesDisk()) {
                refuse();
                return;
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
            rows.write(disk);
            freeRows();
        }
    }

    /** In this order, so that no moment has more memory than is counted. */
    private void freeRows() {
        if (rows != null) {
            rows.close();
            rows = null;
        }
        unroll.close();
    }

    /** A cache that cannot be written costs time later, and no task its life. */
    private void onDiskFailure(Exception failed) {
        LOG.warn("Cannot store block {}; it will be computed again when it is needed.", block.name(), failed);
        refuse();
    }

    private void refuse() {
        refused = true;
        freeRows();
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
            if (cancelled || owner != null && !stores.hidden().hide(block, owner)) {
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
        return disk != null ? stores.disk().add(block, disk, level) : addToMemory();
    }

    /** From here on the memory is the cache's, and not the task's. */
    private boolean addToMemory() {
        Reservation held = stores.budget().of(rows.mode()).storage(Stores.holder(block));
        unroll.handOver(held);
        if (stores.memory().add(new MemoryStore.Entry(block, rows, held, level, evictable))) {
            rows = null;
            return true;
        }
        freeRows();
        held.close();
        return false;
    }

    @Override
    public void close() {
        if (!done) {
            done = true;
            stores.closed(this);
            if (disk != null) {
                disk.close();
            }
            freeRows();
        }
    }
}
