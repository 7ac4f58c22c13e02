package dev.quiver.block;

import dev.quiver.StorageLevel;
import dev.quiver.block.folder.DiskFailure;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.MemoryMode;
import dev.quiver.block.memory.NativeMemory;
import dev.quiver.block.memory.OffHeap;
import dev.quiver.block.memory.Reservation;
import dev.quiver.block.wire.BlockFrames.Answer;
import dev.quiver.block.wire.FilePlaces;
import dev.quiver.block.wire.FrameWriter;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.id.BlockId;
import dev.quiver.id.DatasetId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
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
    /** What the driver was not told yet, and whether a task stored it. */
    private final Map<BlockId, Boolean> changed = new LinkedHashMap<>();

    /** Blocks that only one task sees yet, and which. */
    private final Map<BlockId, Object> unpublished = new ConcurrentHashMap<>();

    /** One of these is held while a block is stored or dropped, so that neither comes in between the other's steps. */
    private final Object[] storing = new Object[STORING_LOCKS];

    private final AtomicLong corrupt = new AtomicLong();
    private final AtomicBoolean toldOfNoOffHeap = new AtomicBoolean();

    Stores(MemoryBudget budget, DiskFolder folder, ArrowBatches arrow) {
        this.budget = budget;
        this.arrow = arrow;
        this.folder = folder;
        this.memory = new MemoryStore(budget, this);
        this.disk = new DiskStore(folder, arrow);
        this.blobs = new BlobStore(budget, folder);
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

    /** Keeps a block that will be stored from all but one task; false when another task's block is kept from this one. */
    boolean hide(BlockId block, Object owner) {
        return unpublished.putIfAbsent(block, owner) == null;
    }

    /** All may see the block, if it is still there and this task's. */
    void publish(BlockId block, Object owner) {
        if (unpublished.remove(block, owner)) {
            stored(block);
        }
    }

    /** Drops a block that nobody else has seen. */
    void dropUnpublished(BlockId block, Object owner) {
        synchronized (lockOf(block)) {
            if (unpublished.get(block) == owner) {
                // The driver may wait to hear of a copy that the task was in the way of.
                drop(block);
            }
        }
    }

    private boolean isHiddenFrom(Object task, BlockId block) {
        Object owner = unpublished.get(block);
        return owner != null && owner != task;
    }

    /**
     * The block from here; its memory is pinned, or its files are open, until the source is closed.
     *
     * @param task who asks, or null
     */
    Optional<BatchSource> open(BlockId block, Object task) throws IOException {
        MemoryStore.Entry entry = pinVisible(block, task);
        if (entry != null) {
            return Optional.of(new PinnedSource(memory, entry));
        }
        DiskReader reader = openVisible(block, task);
        if (reader == null) {
            return Optional.empty();
        }
        BatchSource rows = new GuardedSource(reader, failed -> damaged(block, failed));
        StorageLevel level = disk.level(block);
        return Optional.of(
                level != null && level.usesMemory()
                        ? new RecallingSource(this, block, reader.files(), level, rows)
                        : rows);
    }

    /**
     * The block in memory, pinned, if it is one that the task may see. Looked at afterwards: before, a task might store
     * its own yet. One that a task stores and drops in between is hidden no more, but it is not here any more either.
     */
    private MemoryStore.Entry pinVisible(BlockId block, Object task) {
        MemoryStore.Entry entry = memory.pin(block);
        if (entry != null && (isHiddenFrom(task, block) || !memory.holds(entry))) {
            memory.unpin(entry);
            return null;
        }
        return entry;
    }

    /** The same of its files. */
    private DiskReader openVisible(BlockId block, Object task) throws IOException {
        if (isHiddenFrom(task, block)) {
            return null;
        }
        DiskReader reader = openVerified(block);
        if (reader != null && (isHiddenFrom(task, block) || !disk.holds(block, reader.files()))) {
            reader.close();
            return null;
        }
        return reader;
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

    /** The block's files, read once against their checksums; null when there are none, or they cannot be read as written. */
    private DiskReader openVerified(BlockId block) throws IOException {
        DiskReader reader = null;
        try {
            reader = disk.open(block);
            if (reader != null) {
                reader.verify();
            }
            return reader;
        } catch (IOException failed) {
            if (reader != null) {
                reader.close();
            }
            if (DiskFailure.mayBe(failed)) {
                damaged(block, failed);
                return null;
            }
            throw failed;
        }
    }

    private void damaged(BlockId block, IOException damage) {
        corrupt.incrementAndGet();
        LOG.warn("Dropping block {}: it will be computed again when it is needed.", block.name(), damage);
        disk.remove(block);
        changed(block);
    }

    /** How many blocks on disk were found damaged. */
    long corruptBlocks() {
        return corrupt.get();
    }

    /** Sends the block from here, in memory or on disk, or says that it is not here. */
    void send(BlockId block, FrameWriter into) throws IOException {
        MemoryStore.Entry entry = pinVisible(block, null);
        if (entry != null) {
            try {
                into.start(Answer.BATCHES);
                entry.rows.send(into);
                into.end();
            } finally {
                memory.unpin(entry);
            }
            return;
        }
        try (DiskReader reader = openVisible(block, null)) {
            if (reader == null) {
                into.start(Answer.NOT_FOUND);
                return;
            }
            into.start(Answer.BATCHES);
            reader.send(into);
            into.end();
        }
    }

    /** Says where the block's files are; false when it has none, or nobody may see it yet. */
    boolean locate(BlockId block, FrameWriter into) throws IOException {
        DiskBlock files = isHiddenFrom(null, block) ? null : disk.files(block);
        if (files == null) {
            return false;
        }
        into.start(Answer.FILES);
        for (DiskBlock.Part part : files.parts()) {
            into.schema(part.schema());
            into.file(new FilePlaces.File(part.file().toString(), part.length()));
        }
        into.places(files.messages().stream()
                .map(each -> new FilePlaces.Place(each.part(), each.offset(), each.length(), each.checksum()))
                .toList());
        into.end();
        return true;
    }

    /** Drops a block, and whatever is being written of it. */
    void remove(BlockId block) {
        cancelWriters(block::equals);
        drop(block);
    }

    void drop(BlockId block) {
        synchronized (lockOf(block)) {
            discard(block);
            unpublished.remove(block);
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
        synchronized (changed) {
            changed.putIfAbsent(block, false);
        }
    }

    /** The block is new, and that is to be told. */
    void stored(BlockId block) {
        synchronized (changed) {
            changed.put(block, true);
        }
    }

    List<BlockUpdate> drainUpdates() {
        Map<BlockId, Boolean> told;
        synchronized (changed) {
            told = new LinkedHashMap<>(changed);
            changed.clear();
        }
        List<BlockUpdate> updates = new ArrayList<>(told.size());
        told.keySet().removeIf(unpublished::containsKey);
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

    /** A block in memory, pinned until it is read to the end or closed. */
    private static final class PinnedSource implements BatchSource {
        private final MemoryStore memory;
        private MemoryStore.Entry entry;
        private int next;

        PinnedSource(MemoryStore memory, MemoryStore.Entry entry) {
            this.memory = memory;
            this.entry = entry;
        }

        @Override
        public ColumnBatch next() throws IOException {
            while (entry != null && next < entry.rows.batches()) {
                ColumnBatch batch = entry.rows.batch(next++);
                if (batch.rows() > 0) {
                    return batch;
                }
            }
            close();
            return null;
        }

        @Override
        public void close() {
            if (entry != null) {
                memory.unpin(entry);
                entry = null;
            }
        }
    }
}
