package dev.quiver.block;

import dev.quiver.StorageLevel;
import dev.quiver.id.BlockId;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sees to it that partitions are on as many executors as their level says: the driver asks executors to copy what others
 * hold, and they fetch it as any reader would. The same way serves a partition that was just computed and one that lost
 * an executor. No task waits for a copy, and what was evicted for want of memory is not copied again. Belongs to one
 * thread, which also writes the registry.
 *
 * <pre>
 * stored, fewer than wanted --an executor is free--> being copied --told--> enough, or once more
 *        |       ^                                        |
 *        |       +----------- refused, executor lost -----+
 *        +--nobody left to ask--> until the next executor comes
 * </pre>
 */
public final class Replication {
    /** What an executor is asked for at a time; the others wait here. */
    private static final int MOST_AT_A_TIME = 8;

    /** So that an event costs no more when thousands of blocks wait for executors that are busy. */
    private static final int MOST_LOOKS_IN_VAIN = 32;

    private final BlockRegistry registry;
    private final Limits limits;
    private final Requests requests;
    private final Map<ExecutorId, Helper> helpers = new LinkedHashMap<>();
    private final Map<BlockId, Copied> blocks = new LinkedHashMap<>();

    /** Blocks to look at, in order. */
    private final Set<BlockId> wanting = new LinkedHashSet<>();

    /** Executors that are about to go: what they hold counts for nothing, and they are asked for nothing. */
    private final Set<ExecutorId> leaving = new LinkedHashSet<>();

    /** Blocks that no executor here can help; a new one may. */
    private final Set<BlockId> starved = new LinkedHashSet<>();

    /**
     * How much is done for replicas.
     *
     * @param proactive   whether lost ones are made again
     * @param maxFailures executors that may fail to copy a block before it is left with those it has
     */
    public record Limits(boolean proactive, int maxFailures) {}

    /** Asks an executor to copy a block from others. Its answer is an update: that it has the block, or that it has not. */
    @FunctionalInterface
    public interface Requests {
        void copy(ExecutorId to, BlockId block, StorageLevel level);
    }

    /** An executor, and what it is copying. */
    private static final class Helper {
        final String host;
        final Set<BlockId> copying = new LinkedHashSet<>();

        Helper(String host) {
            this.host = host;
        }
    }

    /** A block that is to be on several executors. */
    private static final class Copied {
        final StorageLevel level;
        final Set<ExecutorId> asked = new LinkedHashSet<>();
        final Set<ExecutorId> refused = new LinkedHashSet<>();

        Copied(StorageLevel level) {
            this.level = level;
        }
    }

    /** @param registry who holds what; has to know of an update, or of a loss, before this is told */
    public Replication(BlockRegistry registry, Limits limits, Requests requests) {
        this.registry = registry;
        this.limits = limits;
        this.requests = requests;
    }

    /** An executor came, on a host of this name. */
    public void executorAdded(ExecutorId executor, String host) {
        helpers.put(executor, new Helper(host));
        wanting.addAll(starved);
        starved.clear();
        ask();
    }

    /** An executor is about to go: what it has cached, now or later, is copied to others that stay. */
    public void executorLeaving(ExecutorId executor) {
        if (leaving.add(executor)) {
            for (BlockId block : registry.blocksOf(executor)) {
                spare(executor, block);
            }
            // Others are asked for what it was to copy.
            wanting.addAll(helpers.get(executor).copying);
            ask();
        }
    }

    private void spare(ExecutorId executor, BlockId block) {
        BlockUpdate held = registry.held(block).get(executor);
        if (block instanceof BlockId.CachedPartition && held != null) {
            blocks.computeIfAbsent(block, absent -> new Copied(held.level()));
            wanting.add(block);
        }
    }

    /**
     * Whether all that an executor has cached is on one that stays, or on its way to none: nobody can take it. One copy that is
     * on its way is waited for, also where nobody can make as many as there should be.
     */
    public boolean isSpared(ExecutorId executor) {
        for (BlockId block : registry.blocksOf(executor)) {
            if (block instanceof BlockId.CachedPartition
                    && staying(block).isEmpty()
                    && (wanting.contains(block) || !asked(block).isEmpty())) {
                return false;
            }
        }
        return true;
    }

    /** Executors that are about to go. */
    public List<ExecutorId> leaving() {
        return List.copyOf(leaving);
    }

    /** Who was asked for a block and does not leave. */
    private Set<ExecutorId> asked(BlockId block) {
        Copied copied = blocks.get(block);
        Set<ExecutorId> asked = new LinkedHashSet<>(copied == null ? Set.of() : copied.asked);
        asked.removeAll(leaving);
        return asked;
    }

    /** Who holds a block and does not leave. */
    private Set<ExecutorId> staying(BlockId block) {
        Set<ExecutorId> staying = new LinkedHashSet<>(registry.holders(block));
        staying.removeAll(leaving);
        return staying;
    }

    /** An executor is gone. @param held the blocks it had */
    public void executorLost(ExecutorId executor, Collection<BlockId> held) {
        leaving.remove(executor);
        Helper lost = helpers.remove(executor);
        if (lost != null) {
            for (BlockId block : lost.copying) {
                blocks.get(block).asked.remove(executor);
                if (isLost(block)) {
                    forget(block);
                } else {
                    wanting.add(block);
                }
            }
        }
        for (BlockId block : held) {
            if (!blocks.containsKey(block)) {
                continue;
            }
            if (isLost(block)) {
                forget(block);
            } else if (limits.proactive()) {
                blocks.get(block).refused.clear();
                wanting.add(block);
            }
        }
        ask();
    }

    /** Whether an executor was asked to copy a block, and has not answered. */
    public boolean awaits(ExecutorId executor, BlockId block) {
        Copied copied = blocks.get(block);
        return copied != null && copied.asked.contains(executor);
    }

    /** An executor told what it holds of a block. */
    public void updated(ExecutorId executor, BlockUpdate update) {
        BlockId block = update.block();
        Copied known = blocks.get(block);
        if (known != null && known.asked.remove(executor)) {
            helpers.get(executor).copying.remove(block);
            if (update.isGone()) {
                known.refused.add(executor);
            }
            wanting.add(block);
        } else if (update.level().replicas() > 1 && (known == null || update.isNew())) {
            blocks.putIfAbsent(block, new Copied(update.level()));
            wanting.add(block);
        }
        if (leaving.contains(executor) && !update.isGone()) {
            spare(executor, block);
        }
        if (blocks.containsKey(block) && isLost(block)) {
            forget(block);
        }
        ask();
    }

    /** Whether nobody has the block. Who was asked for a copy may have it, even if all it could be copied from are gone. */
    private boolean isLost(BlockId block) {
        return blocks.get(block).asked.isEmpty() && registry.holders(block).isEmpty();
    }

    /** A dataset is no longer kept. */
    public void forget(DatasetId dataset) {
        for (BlockId block : Set.copyOf(blocks.keySet())) {
            if (block instanceof BlockId.CachedPartition cached
                    && cached.dataset().equals(dataset)) {
                forget(block);
            }
        }
        ask();
    }

    private void forget(BlockId block) {
        wanting.remove(block);
        starved.remove(block);
        for (ExecutorId executor : blocks.remove(block).asked) {
            helpers.get(executor).copying.remove(block);
        }
    }

    /** How many blocks are on fewer executors than they should be, and may yet be copied. */
    public int pending() {
        int copying = 0;
        for (Copied block : blocks.values()) {
            copying += block.asked.isEmpty() ? 0 : 1;
        }
        return wanting.size() + starved.size() + copying;
    }

    /** Asks for what is wanting while anybody has a hand free. */
    private void ask() {
        int inVain = 0;
        for (Iterator<BlockId> each = wanting.iterator(); inVain < MOST_LOOKS_IN_VAIN && each.hasNext(); ) {
            BlockId block = each.next();
            Copied copied = blocks.get(block);
            List<ExecutorId> known = registry.holders(block);
            Set<ExecutorId> holders = staying(block);
            int missing = known.isEmpty()
                    ? 0
                    : copied.level.replicas() - holders.size() - asked(block).size();
            while (missing > 0 && copied.refused.size() <= limits.maxFailures()) {
                ExecutorId helper = choose(copied, holders);
                if (helper == null) {
                    break;
                }
                copied.asked.add(helper);
                helpers.get(helper).copying.add(block);
                requests.copy(helper, block, copied.level);
                missing--;
            }
            if (missing > 0 && copied.refused.size() <= limits.maxFailures()) {
                if (anybodyCouldHelp(copied, holders)) {
                    inVain++;
                    continue;
                }
                starved.add(block);
            }
            each.remove();
        }
    }

    private boolean canHelp(ExecutorId executor, Copied block, Set<ExecutorId> holders) {
        return !leaving.contains(executor)
                && !holders.contains(executor)
                && !block.asked.contains(executor)
                && !block.refused.contains(executor);
    }

    private boolean anybodyCouldHelp(Copied block, Set<ExecutorId> holders) {
        for (ExecutorId executor : helpers.keySet()) {
            if (canHelp(executor, block, holders)) {
                return true;
            }
        }
        return false;
    }

    /** On another host than the holders if there is one, and there the one that holds the fewest blocks; null if none. */
    private ExecutorId choose(Copied block, Set<ExecutorId> holders) {
        Set<String> hosts = new LinkedHashSet<>();
        for (ExecutorId executor : holders) {
            hosts.add(hostOf(executor));
        }
        for (ExecutorId executor : block.asked) {
            hosts.add(hostOf(executor));
        }
        ExecutorId best = null;
        long bestRank = Long.MAX_VALUE;
        for (Map.Entry<ExecutorId, Helper> entry : helpers.entrySet()) {
            Helper helper = entry.getValue();
            if (helper.copying.size() < MOST_AT_A_TIME && canHelp(entry.getKey(), block, holders)) {
                long load = registry.blockCount(entry.getKey()) + helper.copying.size();
                long rank = hosts.contains(helper.host) ? load + Integer.MAX_VALUE : load;
                if (rank < bestRank) {
                    best = entry.getKey();
                    bestRank = rank;
                }
            }
        }
        return best;
    }

    private String hostOf(ExecutorId executor) {
        Helper helper = helpers.get(executor);
        return helper == null ? "" : helper.host;
    }
}
