package dev.quiver.block;

import dev.quiver.id.BlockId;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The driver's knowledge of who holds which block. One thread writes; any thread may ask. Removing an executor costs as
 * much as it has blocks.
 */
public final class BlockRegistry implements BlockDirectory {
    private final Map<BlockId, Map<ExecutorId, BlockUpdate>> holders = new ConcurrentHashMap<>();
    private final Map<ExecutorId, Set<BlockId>> blocks = new HashMap<>();
    private final Map<DatasetId, Set<BlockId>> datasets = new HashMap<>();
    private final Map<DatasetId, Long> evictions = new HashMap<>();
    private final Map<ExecutorId, String> hosts = new ConcurrentHashMap<>();

    /** An executor came, on a host of this name. One that nobody told of counts as far from all others. */
    public void executorAdded(ExecutorId executor, String host) {
        hosts.put(executor, host);
    }

    /** Whether an executor is known to hold a block. */
    public boolean isHolder(ExecutorId executor, BlockId block) {
        return holders.getOrDefault(block, Map.of()).containsKey(executor);
    }

    /** Applies what an executor said. */
    public void update(ExecutorId executor, BlockUpdate update) {
        BlockId block = update.block();
        countEviction(held(executor, block), update);
        if (update.isGone()) {
            forget(executor, block);
            drop(executor, block);
            return;
        }
        Map<ExecutorId, BlockUpdate> changed = new LinkedHashMap<>(holders.getOrDefault(block, Map.of()));
        changed.put(executor, update);
        holders.put(block, changed);
        blocks.computeIfAbsent(executor, key -> new LinkedHashSet<>()).add(block);
        if (block instanceof BlockId.CachedPartition cached) {
            datasets.computeIfAbsent(cached.dataset(), key -> new LinkedHashSet<>())
                    .add(block);
        }
    }

    /** A block that was in memory and is not, though nobody dropped its dataset, had to leave. */
    private void countEviction(BlockUpdate before, BlockUpdate now) {
        if (before != null
                && before.memoryBytes().isPresent()
                && now.memoryBytes().isEmpty()
                && now.block() instanceof BlockId.CachedPartition cached) {
            evictions.merge(cached.dataset(), 1L, Long::sum);
        }
    }

    /** What is kept of each dataset of which anything is, or was and had to leave. On the writing thread only. */
    public Map<DatasetId, DatasetBlocks> kept() {
        Set<DatasetId> known = new LinkedHashSet<>(datasets.keySet());
        known.addAll(evictions.keySet());
        Map<DatasetId, DatasetBlocks> kept = new HashMap<>();
        for (DatasetId dataset : known) {
            Set<BlockId> parts = datasets.getOrDefault(dataset, Set.of());
            DatasetBlocks.Sum sum = new DatasetBlocks.Sum();
            for (BlockId block : parts) {
                holders.getOrDefault(block, Map.of()).forEach(sum::add);
            }
            kept.put(dataset, sum.of(parts.size(), evictions.getOrDefault(dataset, 0L)));
        }
        return kept;
    }

    /**
     * Forgets an executor.
     *
     * @return the blocks that nobody holds any more
     */
    public List<BlockId> removeExecutor(ExecutorId executor) {
        List<BlockId> lost = new ArrayList<>();
        hosts.remove(executor);
        Set<BlockId> held = blocks.remove(executor);
        if (held != null) {
            for (BlockId block : held) {
                if (forget(executor, block)) {
                    lost.add(block);
                }
            }
        }
        return lost;
    }

    /** What an executor holds. */
    public List<BlockId> blocksOf(ExecutorId executor) {
        return List.copyOf(blocks.getOrDefault(executor, Set.of()));
    }

    /** Forgets a dataset that is no longer cached. @return who held parts of it, to be told */
    public Set<ExecutorId> removeDataset(DatasetId dataset) {
        Set<ExecutorId> told = new LinkedHashSet<>();
        Set<BlockId> parts = datasets.remove(dataset);
        evictions.remove(dataset);
        if (parts != null) {
            for (BlockId block : parts) {
                for (ExecutorId executor : holders.getOrDefault(block, Map.of()).keySet()) {
                    told.add(executor);
                    drop(executor, block);
                }
                holders.remove(block);
            }
        }
        return told;
    }

    private void drop(ExecutorId executor, BlockId block) {
        Set<BlockId> held = blocks.get(executor);
        if (held != null && held.remove(block) && held.isEmpty()) {
            blocks.remove(executor);
        }
    }

    /** Removes one holder of a block; true when it was the last. */
    private boolean forget(ExecutorId executor, BlockId block) {
        Map<ExecutorId, BlockUpdate> known = holders.get(block);
        if (known == null || !known.containsKey(executor)) {
            return false;
        }
        if (known.size() > 1) {
            Map<ExecutorId, BlockUpdate> changed = new LinkedHashMap<>(known);
            changed.remove(executor);
            holders.put(block, changed);
            return false;
        }
        holders.remove(block);
        if (block instanceof BlockId.CachedPartition cached) {
            Set<BlockId> parts = datasets.get(cached.dataset());
            if (parts != null && parts.remove(block) && parts.isEmpty()) {
                datasets.remove(cached.dataset());
            }
        }
        return true;
    }

    /** Executors that hold a block, those that have it in memory first. */
    @Override
    public List<ExecutorId> holders(BlockId block) {
        List<ExecutorId> inMemory = new ArrayList<>();
        List<ExecutorId> onDisk = new ArrayList<>();
        holders.getOrDefault(block, Map.of())
                .forEach((executor, held) -> (held.memoryBytes().isPresent() ? inMemory : onDisk).add(executor));
        inMemory.addAll(onDisk);
        return inMemory;
    }

    /**
     * Executors that hold a block, the nearest to a reader first: itself, those on its host, all others; and at the same
     * distance those that have it in memory before those that have it on disk.
     */
    public List<ExecutorId> holders(BlockId block, ExecutorId reader) {
        List<ExecutorId> nearest = new ArrayList<>(holders(block));
        // Stable: memory stays before disk.
        nearest.sort(Comparator.comparingInt(holder -> distance(reader, holder)));
        return nearest;
    }

    private int distance(ExecutorId reader, ExecutorId holder) {
        if (holder.equals(reader)) {
            return 0;
        }
        String host = hosts.get(reader);
        return host != null && host.equals(hosts.get(holder)) ? 1 : 2;
    }

    /** Whether an executor holds any block. On the writing thread only. */
    public boolean holdsAny(ExecutorId executor) {
        return blocks.containsKey(executor);
    }

    /** Executors that hold a cached partition, those that have it in memory first. */
    public List<ExecutorId> holders(DatasetId dataset, int partition) {
        return holders(new BlockId.CachedPartition(dataset, partition));
    }

    /** What an executor holds of a block, null when it is nothing. */
    private BlockUpdate held(ExecutorId executor, BlockId block) {
        return holders.getOrDefault(block, Map.of()).get(executor);
    }

    /** What each executor holds of a block. */
    public Map<ExecutorId, BlockUpdate> held(BlockId block) {
        return Map.copyOf(holders.getOrDefault(block, Map.of()));
    }

    /** How many blocks an executor holds. */
    public int blockCount(ExecutorId executor) {
        return blocks.getOrDefault(executor, Set.of()).size();
    }
}
