package dev.quiver.block;

import dev.quiver.StorageLevel;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.Reservation;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.id.BlockId;
import dev.quiver.id.DatasetId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * Blocks in memory, by reference, least recently used first. A block that is being read is pinned: it is not evicted, and
 * when it is removed its memory counts until the last reader is done.
 *
 * <pre>
 * resident --choose--> evicting --nobody reads it--> gone
 *     ^                    |
 *     +---- read meanwhile +
 * </pre>
 */
final class MemoryStore implements MemoryBudget.Evictor {
    /** A block in memory. Its fields are guarded by the store's lock. */
    static final class Entry {
        final BlockId block;
        final List<ColumnBatch> batches;
        final Reservation reservation;
        final StorageLevel level;
        final boolean evictable;
        final long sizeBytes;
        int pins;
        boolean evicting;

        /** Whether its files are, or were, on disk: it leaves without being written. */
        boolean recalled;

        boolean removed;

        Entry(BlockId block, List<ColumnBatch> batches, Reservation held, StorageLevel level, boolean evictable) {
            this.block = block;
            this.batches = List.copyOf(batches);
            this.reservation = held;
            this.level = level;
            this.evictable = evictable;
            this.sizeBytes = held.bytes();
        }
    }

    /** What happens to a block that has to go. Called on the thread that needs memory, without a lock. */
    interface Evictions {
        /** Keeps the block elsewhere if its level says so, unless it is removed meanwhile. @return whether it may go */
        boolean beforeEviction(Entry entry);

        /** The block has left memory. */
        void afterEviction(Entry entry);
    }

    /** Ordered by last use, the longest ago first. */
    private final Map<BlockId, Entry> entries = new LinkedHashMap<>();

    private final MemoryBudget budget;
    private final Evictions evictions;

    /** @param budget what its blocks are counted in */
    MemoryStore(MemoryBudget budget, Evictions evictions) {
        this.budget = budget;
        this.evictions = evictions;
    }

    /** Reserves memory for a block being written, evicting others if that makes enough room. */
    boolean reserve(Reservation reservation, long bytes, DatasetId writing) {
        while (!reservation.tryGrow(bytes)) {
            long missing = bytes - budget.freeBytes();
            if (missing > 0 && evict(missing, writing, () -> true) == 0) {
                return false;
            }
        }
        return true;
    }

    /** Adds a block; false when there is one of this id already. The reservation is transferred if it was added. */
    synchronized boolean add(Entry entry) {
        return entries.putIfAbsent(entry.block, entry) == null;
    }

    /** The block, pinned: the caller unpins it. */
    synchronized Entry pin(BlockId block) {
        Entry entry = entries.remove(block);
        if (entry != null) {
            entries.put(block, entry);
            entry.pins++;
        }
        return entry;
    }

    /** Whether it was not removed. */
    synchronized boolean holds(Entry entry) {
        return !entry.removed;
    }

    synchronized void unpin(Entry entry) {
        entry.pins--;
        releaseIfUnused(entry);
    }

    synchronized boolean remove(BlockId block) {
        Entry entry = entries.remove(block);
        if (entry == null) {
            return false;
        }
        entry.removed = true;
        releaseIfUnused(entry);
        return true;
    }

    private static void releaseIfUnused(Entry entry) {
        if (entry.removed && entry.pins == 0) {
            entry.reservation.close();
        }
    }

    /** Heap the block takes, empty when it is not here. Does not count as a use. */
    synchronized OptionalLong sizeBytes(BlockId block) {
        Entry entry = entries.get(block);
        return entry == null ? OptionalLong.empty() : OptionalLong.of(entry.sizeBytes);
    }

    /** The level it is kept under, null when it is not here. */
    synchronized StorageLevel level(BlockId block) {
        Entry entry = entries.get(block);
        return entry == null ? null : entry.level;
    }

    synchronized Collection<BlockId> blocks() {
        return new ArrayList<>(entries.keySet());
    }

    /** For execution: only while storage is above its line, which several threads at once may be bringing it down to. */
    @Override
    public long evict(long bytes) {
        return evict(bytes, null, budget::isAboveSoftLine);
    }

    private long evict(long bytes, DatasetId writing, BooleanSupplier needed) {
        long freed = 0;
        for (Entry victim : choose(bytes, writing)) {
            freed += evict(victim, needed);
        }
        return freed;
    }

    /** The least recently used blocks that are together large enough; none when all of them are not. */
    private synchronized List<Entry> choose(long bytes, DatasetId writing) {
        List<Entry> victims = new ArrayList<>();
        long found = 0;
        for (Iterator<Entry> each = entries.values().iterator(); found < bytes && each.hasNext(); ) {
            Entry entry = each.next();
            boolean free = entry.evictable && entry.pins == 0 && !entry.evicting && entry.sizeBytes > 0;
            if (free && !isOf(writing, entry.block)) {
                victims.add(entry);
                found += entry.sizeBytes;
            }
        }
        if (found < bytes) {
            return List.of();
        }
        victims.forEach(victim -> victim.evicting = true);
        return victims;
    }

    private static boolean isOf(DatasetId dataset, BlockId block) {
        return block instanceof BlockId.CachedPartition cached
                && cached.dataset().equals(dataset);
    }

    private long evict(Entry victim, BooleanSupplier needed) {
        if (!isStillToGo(victim, needed)) {
            return 0;
        }
        boolean mayGo = evictions.beforeEviction(victim);
        synchronized (this) {
            victim.evicting = false;
            if (victim.removed || !mayGo || victim.pins > 0 || !needed.getAsBoolean()) {
                return 0;
            }
            entries.remove(victim.block);
            victim.removed = true;
            victim.reservation.close();
        }
        evictions.afterEviction(victim);
        return victim.sizeBytes;
    }

    /** Others may have read or removed it while those before it were written to disk. */
    private synchronized boolean isStillToGo(Entry victim, BooleanSupplier needed) {
        boolean goes = victim.pins == 0 && !victim.removed && needed.getAsBoolean();
        victim.evicting = goes;
        return goes;
    }

    synchronized void clear() {
        for (Entry entry : entries.values()) {
            entry.removed = true;
            entry.reservation.close();
        }
        entries.clear();
    }
}
