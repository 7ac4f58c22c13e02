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
        /** Keeps the block elsewhere if its level says so. @return whether it may go */
        boolean beforeEviction(Entry entry);

        /** The block has left memory. */
        void afterEviction(Entry entry);

        /** The block was removed while it was being evicted: what was kept elsewhere must go too. */
        void removedMeanwhile(Entry entry);
    }

    /** Ordered by last use, the longest ago first. */
    private final Map<BlockId, Entry> entries = new LinkedHashMap<>();

    private final Evictions evictions;

    MemoryStore(Evictions evictions) {
        this.evictions = evictions;
    }

    /** Reserves memory for a block being written, evicting others if that makes enough room. */
    boolean reserve(MemoryBudget budget, Reservation reservation, long bytes, DatasetId writing) {
        while (!reservation.tryGrow(bytes)) {
            long missing = bytes - budget.freeBytes();
            if (missing > 0 && evict(missing, writing) == 0) {
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

    @Override
    public long evict(long bytes) {
        return evict(bytes, null);
    }

    private long evict(long bytes, DatasetId writing) {
        long freed = 0;
        for (Entry victim : choose(bytes, writing)) {
            freed += evict(victim);
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

    private long evict(Entry victim) {
        if (!isStillUnused(victim)) {
            return 0;
        }
        boolean mayGo = evictions.beforeEviction(victim);
        boolean removedMeanwhile;
        synchronized (this) {
            victim.evicting = false;
            removedMeanwhile = victim.removed;
            if (!removedMeanwhile) {
                if (!mayGo || victim.pins > 0) {
                    return 0;
                }
                entries.remove(victim.block);
                victim.removed = true;
                victim.reservation.close();
            }
        }
        if (removedMeanwhile) {
            evictions.removedMeanwhile(victim);
            return 0;
        }
        evictions.afterEviction(victim);
        return victim.sizeBytes;
    }

    /** Others may have read or removed it while those before it were written to disk. */
    private synchronized boolean isStillUnused(Entry victim) {
        boolean unused = victim.pins == 0 && !victim.removed;
        victim.evicting = unused;
        return unused;
    }

    synchronized void clear() {
        for (Entry entry : entries.values()) {
            entry.removed = true;
            entry.reservation.close();
        }
        entries.clear();
    }
}
