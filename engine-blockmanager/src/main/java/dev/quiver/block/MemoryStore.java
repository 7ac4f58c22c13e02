package dev.quiver.block;

import dev.quiver.StorageLevel;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.MemoryMode;
import dev.quiver.block.memory.Reservation;
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
 * Blocks in memory of both kinds, least recently used first. A block that is being read is pinned: it is not evicted, and
 * when it is removed its memory is freed, and counts, until the last reader is done. Whoever writes a block to disk to evict
 * it reads it, too.
 *
 * <pre>
 * resident --choose--> evicting --nobody reads it--> gone
 *     ^                    |
 *     +---- read meanwhile +
 * </pre>
 */
final class MemoryStore {
    /** A block in memory. Its fields are guarded by the store's lock. */
    static final class Entry {
        final BlockId block;
        final BlockRows rows;
        final Reservation reservation;
        final StorageLevel level;
        final boolean evictable;
        final long sizeBytes;
        int pins;
        boolean evicting;

        /** Whether its files are, or were, on disk: it leaves without being written. */
        boolean recalled;

        boolean removed;

        /**
         * @param rows transferred, with what holds their memory, when the entry is added
         * @param held of the pool for that memory
         */
        Entry(BlockId block, BlockRows rows, Reservation held, StorageLevel level, boolean evictable) {
            rows.complete();
            this.block = block;
            this.rows = rows;
            this.reservation = held;
            this.level = level;
            this.evictable = evictable;
            this.sizeBytes = held.bytes();
        }

        /** In this order, so that no moment has more memory than is counted. */
        private void free() {
            rows.close();
            reservation.close();
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

    /** Frees memory of one kind for execution. */
    MemoryBudget.Evictor evictor(MemoryMode mode) {
        return evictor(mode, null);
    }

    /** Frees memory of one kind. @param writing the dataset for whose blocks it is, which is left alone; or null */
    MemoryBudget.Evictor evictor(MemoryMode mode, DatasetId writing) {
        return bytes -> {
            long freed = 0;
            for (Entry victim : choose(mode, bytes, writing)) {
                freed += evict(victim);
            }
            return freed;
        };
    }

    /** Adds a block; false when there is one of this id already. Rows and reservation are transferred if it was added. */
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
            entry.free();
        }
    }

    /** Memory the block takes, empty when it is not here. Does not count as a use. */
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

    /** The least recently used blocks that are together large enough; none when all of them are not. */
    private synchronized List<Entry> choose(MemoryMode mode, long bytes, DatasetId writing) {
        List<Entry> victims = new ArrayList<>();
        long found = 0;
        for (Iterator<Entry> each = entries.values().iterator(); found < bytes && each.hasNext(); ) {
            Entry entry = each.next();
            boolean free = entry.evictable && entry.pins == 0 && !entry.evicting && entry.sizeBytes > 0;
            if (free && entry.rows.mode() == mode && !isOf(writing, entry.block)) {
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
        boolean mayGo = false;
        Eviction end;
        try {
            mayGo = evictions.beforeEviction(victim);
        } finally {
            end = endEviction(victim, mayGo);
        }
        if (end == Eviction.REMOVED_MEANWHILE) {
            evictions.removedMeanwhile(victim);
        } else if (end == Eviction.GONE) {
            evictions.afterEviction(victim);
            return victim.sizeBytes;
        }
        return 0;
    }

    private enum Eviction {
        GONE,
        STAYS,
        REMOVED_MEANWHILE
    }

    /** Others may have read or removed it while those before it were written to disk. From here on it is being read. */
    private synchronized boolean isStillUnused(Entry victim) {
        boolean unused = victim.pins == 0 && !victim.removed;
        victim.evicting = unused;
        if (unused) {
            victim.pins++;
        }
        return unused;
    }

    private synchronized Eviction endEviction(Entry victim, boolean mayGo) {
        victim.evicting = false;
        victim.pins--;
        Eviction end = victim.removed ? Eviction.REMOVED_MEANWHILE : Eviction.STAYS;
        if (end == Eviction.STAYS && mayGo && victim.pins == 0) {
            entries.remove(victim.block);
            victim.removed = true;
            end = Eviction.GONE;
        }
        releaseIfUnused(victim);
        return end;
    }

    /** Drops all; what is still being read goes with its last reader. */
    synchronized void clear() {
        for (Entry entry : entries.values()) {
            entry.removed = true;
            releaseIfUnused(entry);
        }
        entries.clear();
    }
}
