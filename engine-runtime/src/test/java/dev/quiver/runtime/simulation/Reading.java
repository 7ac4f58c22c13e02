package dev.quiver.runtime.simulation;

import dev.quiver.StorageLevel;
import dev.quiver.id.BlockId;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.shuffle.tracker.ShuffleLocations;
import dev.quiver.stage.MapRange;
import dev.quiver.stage.PartitionSlice;
import dev.quiver.stage.StageInput;
import dev.quiver.stage.StageNode;
import dev.quiver.task.TaskOutcome.FetchFailed;
import java.util.LinkedHashMap;
import java.util.Map;

/** How a task comes to its rows: from kept partitions where there are some, and from map outputs of living executors. */
final class Reading {
    private final World world;
    private final SimulatedExecutor executor;
    private final SimulatedTask task;

    /** Partitions that it computed and that are to be kept. */
    final Map<BlockId.CachedPartition, Rows> kept = new LinkedHashMap<>();

    /** Levels of those. */
    final Map<BlockId.CachedPartition, StorageLevel> levels = new LinkedHashMap<>();

    /** A map output could not be read. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;
        final transient FetchFailed failure;

        Unreadable(FetchFailed failure) {
            super(failure.message());
            this.failure = failure;
        }
    }

    Reading(World world, SimulatedExecutor executor, SimulatedTask task) {
        this.world = world;
        this.executor = executor;
        this.task = task;
    }

    Rows run() throws Unreadable {
        return node(task.plan.nodes().size() - 1, task.partition());
    }

    private Rows node(int index, int partition) throws Unreadable {
        StageNode node = task.plan.nodes().get(index);
        boolean keeps = node.storageLevel() != StorageLevel.NONE;
        BlockId.CachedPartition block = new BlockId.CachedPartition(node.dataset(), partition);
        Rows found = keeps ? find(block) : null;
        if (found != null) {
            return found;
        }
        long number = Formula.begin(node.dataset(), partition);
        Map<Integer, Long> origins = Map.of();
        for (StageInput input : node.inputs()) {
            if (input instanceof StageInput.Node from) {
                for (int parent : from.mapping().parents(partition)) {
                    Rows rows = node(from.node(), parent);
                    number = Formula.add(number, rows.number());
                    origins = Rows.and(origins, rows.origins(), task);
                }
            } else if (input instanceof StageInput.Shuffle from) {
                Rows rows = shuffle(from.shuffle());
                number = Formula.add(number, rows.number());
                origins = Rows.and(origins, rows.origins(), task);
            }
        }
        Rows rows = new Rows(number, origins);
        if (keeps) {
            kept.put(block, rows);
            levels.put(block, node.storageLevel());
        }
        return rows;
    }

    private Rows find(BlockId.CachedPartition block) {
        Rows own = kept.containsKey(block) ? kept.get(block) : executor.blocks.get(block);
        return own != null ? own : world.cluster.fetch(block, executor.id);
    }

    private Rows shuffle(ShuffleId shuffle) throws Unreadable {
        SimulatedTask.Located located = task.inputs.get(shuffle);
        if (located == null) {
            throw new Unreadable(new FetchFailed(shuffle, -1, null, "the driver does not know it"));
        }
        ShuffleLocations locations = located.locations();
        int missing = locations.firstMissing();
        if (missing >= 0) {
            throw new Unreadable(new FetchFailed(shuffle, missing, null, "no executor holds it"));
        }
        PartitionSlice slice = task.slice();
        MapRange maps = slice != null && slice.shuffle().equals(shuffle) ? slice.maps() : MapRange.ALL;
        for (ExecutorId holder : locations.executors()) {
            SimulatedExecutor peer = world.cluster.reach(holder, executor.id);
            if (peer == null || peer.files.anyLost() || world.invariants.handovers.moved() > 0) {
                requireAll(locations, maps, holder, peer);
            }
        }
        return world.written.content(locations, located.layout(), task);
    }

    /** @param peer the holder, or null when it cannot be reached */
    private void requireAll(ShuffleLocations locations, MapRange maps, ExecutorId holder, SimulatedExecutor peer)
            throws Unreadable {
        for (int map = maps.from(); map < Math.min(maps.end(), locations.mapCount()); map++) {
            if (!holder.equals(locations.holder(map))) {
                continue;
            }
            if (peer == null) {
                boolean all = world.chance.oneIn(3, 11, task.number());
                throw new Unreadable(new FetchFailed(
                        locations.shuffle(), all ? -1 : map, holder, "connection to executor " + holder + " reset"));
            }
            if (!peer.files.had(locations.shuffle(), locations.version(map))) {
                throw new AssertionError(task + " is sent to " + holder + " for " + locations.version(map)
                        + " of shuffle " + locations.shuffle() + ", which was never there");
            }
            if (peer.files.isLost(locations.shuffle(), locations.version(map))) {
                throw new Unreadable(new FetchFailed(locations.shuffle(), map, holder, "no such file"));
            }
        }
    }
}
