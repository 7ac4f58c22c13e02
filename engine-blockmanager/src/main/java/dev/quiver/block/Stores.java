package dev.quiver.block;

import dev.quiver.StorageLevel;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.MemoryMode;
import dev.quiver.block.memory.NativeMemory;
import dev.quiver.block.memory.OffHeap;
import dev.quiver.block.memory.Reservation;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.id.BlockId;
import dev.quiver.id.DatasetId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one process holds: memory, disk and blobs together, and what the driver has not been told about them yet. Locks
 * are taken in the order storing, disk, memory, budget; none is held while a file of a block is written by an eviction.
 */
class Stores implements MemoryStore.Evictions, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Stores.class);
    private static final int STORING_LOCKS = 32;

    private final MemoryBudget budget;
    private final ArrowBatches arrow;
    private final DiskFolder folder;
    private final NativeMemory nativeMemory = new NativeMemory();
    private final MemoryStore memory;
    private final DiskStore disk;
    private final BlobStore blobs;
    private final Set<StoringWriter> writers = ConcurrentHashMap.newKeySet();
    private final UntoldBlocks untold = new UntoldBlocks();
    private final PrivateBlocks hidden = new PrivateBlocks();
    private final VisibleBlocks visible;

    /** One of these is held while a block is stored or dropped, so that neither comes in between the other's steps. */
    private final Object[] storing = new Object[STORING_LOCKS];

    private final AtomicBoolean toldOfNoOffHeap = new AtomicBoolean();

    Stores(MemoryBudget budget, DiskFolder folder, ArrowBatches arrow) {
        this.budget = budget;
        this.arrow = arrow;
        this.folder = folder;
        this.memory = new MemoryStore(budget, this);
        this.disk = new DiskStore(folder, arrow);
        this.blobs = new BlobStore(budget, folder);
        this.visible = new VisibleBlocks(this, memory, disk, hidden, untold);
        Arrays.setAll(storing, lock -> new Object());
        budget.evictWith(memory.evictor(MemoryMode.HEAP));
        budget.offHeap().evictWith(memory.evictor(MemoryMode.OFF_HEAP));
    }

    MemoryBudget budget() {
        return budget;
    }

    MemoryStore memory() {
        return memory;
    }

    /** Bytes outside the heap that are in use. */
    long nativeBytes() {
        return nativeMemory.bytesInUse();
    }

    DiskStore disk() {
        return disk;
    }

    BlobStore blobs() {
        return blobs;
    }

    /** What tasks and other processes may read. */
    VisibleBlocks visible() {
        return visible;
    }

    /** What only the tasks see that stored it. */
    PrivateBlocks hidden() {
        return hidden;
    }

    /** The name a block's memory is held under. */
    static String holder(BlockId block) {
        if (block instanceof BlockId.CachedPartition cached) {
            return "cached dataset " + cached.dataset();
        }
        return block instanceof BlockId.CollectionSlice slice ? "collection " + slice.dataset() : block.name();
    }

    /** The memory that blocks of a level are in. */
    static MemoryMode mode(StorageLevel level) {
        return level.usesOffHeap() ? MemoryMode.OFF_HEAP : MemoryMode.HEAP;
    }

    /** Nothing yet, for the rows of a block in memory of one kind. */
    BlockRows rows(MemoryMode mode) {
        return mode == MemoryMode.HEAP ? new HeapRows(arrow) : new NativeRows(arrow, nativeMemory);
    }

    /** Memory for a block that is being written. @param owner the task that writes it, or null */
    Reservation unroll(BlockId block, MemoryMode mode, DatasetId writing, TaskBlocks owner) {
        MemoryBudget.Evictor evictor = memory.evictor(mode, writing);
        return owner == null
                ? budget.of(mode).storage(holder(block), evictor)
                : owner.unroll(mode, holder(block), evictor);
    }

    /** @param owner the task that sees the block until it is published; null when all do from its commit on */
    StoringWriter writer(BlockId block, StorageLevel level, boolean evictable, TaskBlocks owner) {
        StoringWriter writer = new StoringWriter(this, block, possible(level), evictable, owner);
        writers.add(writer);
        return writer;
    }

    /** The level under which blocks are kept here that are to be kept under this one. */
    private StorageLevel possible(StorageLevel level) {
        if (!level.usesOffHeap() || budget.offHeap().totalBytes() > 0) {
            return level;
        }
        if (!toldOfNoOffHeap.getAndSet(true)) {
            LOG.warn(
                    "What is persisted at {} is kept on the heap, as {}: {} is false. Set it to true and {} to what"
                            + " each executor may use beside its heap.",
                    level,
                    level.onHeap(),
                    OffHeap.ENABLED.name(),
                    OffHeap.SIZE.name());
        }
        return level.onHeap();
    }

    void closed(StoringWriter writer) {
        writers.remove(writer);
    }

    /** To be held from hiding a block to adding it. */
    Object lockOf(BlockId block) {
        return storing[Math.floorMod(block.hashCode(), STORING_LOCKS)];
    }

    /** All may see the block, if it is still there and this task's. */
    void publish(BlockId block, Object owner) {
        if (hidden.reveal(block, owner)) {
            untold.stored(block);
        }
    }

    /** Drops a block that nobody else has seen. */
    void dropUnpublished(BlockId block, Object owner) {
        synchronized (lockOf(block)) {
            if (hidden.isOf(owner, block)) {
                // The driver may wait to hear of a copy that the task was in the way of.
                drop(block);
            }
        }
    }

    /** Has a block in memory again that was read from disk; false when it is dropped or in memory. Transferred if true. */
    boolean recall(MemoryStore.Entry entry, DiskBlock from) {
        entry.recalled = true;
        boolean added = disk.holdsAnd(entry.block, from, () -> memory.add(entry));
        if (added) {
            changed(entry.block);
        }
        return added;
    }

    /** Drops a block, and whatever is being written of it. */
    void remove(BlockId block) {
        cancelWriters(block::equals);
        drop(block);
    }

    void drop(BlockId block) {
        synchronized (lockOf(block)) {
            discard(block);
            hidden.forget(block);
        }
        changed(block);
    }

    /**
     * From memory first, or an eviction would bring it to disk; and again, or a reader would recall it from there. Both
     * look, with the disk's lock held, whether the block was removed by then: it is gone for good when this returns.
     */
    private void discard(BlockId block) {
        memory.remove(block);
        disk.remove(block);
        memory.remove(block);
    }

    void dropDataset(DatasetId dataset) {
        cancelWriters(block -> isOf(dataset, block));
        Collection<BlockId> all = new ArrayList<>(memory.blocks());
        all.addAll(disk.blocks());
        for (BlockId block : all) {
            if (isOf(dataset, block)) {
                drop(block);
            }
        }
    }

    private void cancelWriters(Predicate<BlockId> unwanted) {
        for (StoringWriter writer : writers) {
            if (unwanted.test(writer.block())) {
                writer.cancel();
            }
        }
    }

    private static boolean isOf(DatasetId dataset, BlockId block) {
        return block instanceof BlockId.CachedPartition cached
                        && cached.dataset().equals(dataset)
                || block instanceof BlockId.CollectionSlice slice
                        && slice.dataset().equals(dataset);
    }

    /** Something about the block is to be told. */
    void changed(BlockId block) {
        untold.changed(block);
    }

    /** What the driver is to be told now; private blocks are kept back until they are published. */
    List<BlockUpdate> drainUpdates() {
        Map<BlockId, Boolean> told = untold.drain();
        List<BlockUpdate> updates = new ArrayList<>(told.size());
        told.keySet().removeIf(hidden::isPrivate);
        told.forEach((block, isNew) -> updates.add(update(block, isNew)));
        return updates;
    }

    private BlockUpdate update(BlockId block, boolean isNew) {
        StorageLevel level = memory.level(block);
        level = level == null ? disk.level(block) : level;
        return level == null
                ? BlockUpdate.gone(block)
                : new BlockUpdate(block, level, isNew, memory.sizeBytes(block), disk.sizeBytes(block));
    }

    @Override
    public boolean beforeEviction(MemoryStore.Entry entry) {
        if (entry.recalled || !entry.level.usesDisk() || disk.contains(entry.block)) {
            return true;
        }
        try (DiskWriter writer = disk.writer(entry.block)) {
            entry.rows.write(writer);
            disk.addIf(() -> memory.holds(entry), entry.block, writer, entry.level);
        } catch (IOException | RuntimeException failed) {
            LOG.warn(
                    "Cannot move block {} to disk; it is dropped and computed again when it is needed.",
                    entry.block.name(),
                    failed);
        }
        return true;
    }

    @Override
    public void afterEviction(MemoryStore.Entry entry) {
        changed(entry.block);
    }

    @Override
    public void close() {
        writers.forEach(StoringWriter::cancel);
        memory.clear();
        blobs.clear();
        folder.close();
    }
}
