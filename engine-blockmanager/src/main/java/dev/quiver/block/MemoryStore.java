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
import java.util.function.BooleanSupplier;

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
        private boolean freed;

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
            freed = true;
            rows.close();
            reservation.close();
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

    /** @param budget what its blocks are counted in, each in the pool of its memory */
    MemoryStore(MemoryBudget budget, Evictions evictions) {
        this.budget = budget;
        this.evictions = evictions;
    }

    /**
     * Frees memory of one kind for execution: only while storage is above its line, which several threads at once may be
     * bringing it down to.
     */
    MemoryBudget.Evictor evictor(MemoryMode mode) {
        return bytes -> evict(choose(mode, bytes, null), budget.of(mode)::isAboveSoftLine);
    }

    /** Frees memory of one kind for a block. @param writing its dataset, whose blocks are left alone; or null */
    MemoryBudget.Evictor evictor(MemoryMode mode, DatasetId writing) {
        return bytes -> evict(choose(mode, bytes, writing), () -> true);
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

    /** One that is being evicted may be being written to disk. */
    private static void releaseIfUnused(Entry entry) {
        if (entry.removed && entry.pins == 0 && !entry.evicting && !entry.freed) {
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

    private long evict(List<Entry> victims, BooleanSupplier needed) {
        long freed = 0;
        int done = 0;
        try {
            while (done < victims.size()) {
                freed += evict(victims.get(done++), needed);
            }
        } finally {
            spare(victims.subList(done, victims.size()));
        }
        return freed;
    }

    private long evict(Entry victim, BooleanSupplier needed) {
        if (!isStillToGo(victim, needed)) {
            return 0;
        }
        boolean mayGo = false;
        boolean goes;
        try {
            mayGo = evictions.beforeEviction(victim);
        } finally {
            synchronized (this) {
                goes = mayGo && !victim.removed && victim.pins == 0 && needed.getAsBoolean();
                if (goes) {
                    entries.remove(victim.block);
                    victim.removed = true;
                }
                spare(List.of(victim));
            }
        }
        if (!goes) {
            return 0;
        }
        evictions.afterEviction(victim);
        return victim.sizeBytes;
    }

    /** Others may have read or removed it while those before it were written to disk. */
    private synchronized boolean isStillToGo(Entry victim, BooleanSupplier needed) {
        boolean goes = victim.pins == 0 && !victim.removed && needed.getAsBoolean();
        if (!goes) {
            spare(List.of(victim));
        }
        return goes;
    }

    /** They are not being evicted any more. */
    private synchronized void spare(List<Entry> victims) {
        for (Entry victim : victims) {
            victim.evicting = false;
            releaseIfUnused(victim);
        }
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
