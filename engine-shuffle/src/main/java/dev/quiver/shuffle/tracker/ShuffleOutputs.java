package dev.quiver.shuffle.tracker;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.stage.MapRange;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.BlockSizes;
import dev.quiver.task.MapOutput;
import dev.quiver.task.MapVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * The map outputs of one shuffle. Arrays by map partition, so that an output costs its sizes and a few words. The
 * lock is for snapshots taken by other threads while the loop writes; it is held for a copy of the arrays at most.
 */
final class ShuffleOutputs {
    /** An executor is preferred from this share of a partition's bytes on. */
    private static final double PREFERRED_SHARE = 0.2;

    private final ShuffleId shuffle;
    private final int reduceCount;
    private final ExecutorId[] holders;
    private final MostlyZero stageEpochs;
    private final MostlyZero attempts;

    /** Every size of every output, or null when there are too many reduce partitions for that. */
    private final SizeCodes codes;

    /** Where there are. */
    private final MeanSizes[] means;

    private final PartitionSums sums;
    private TaskLayout layout;
    private final BitSet missing = new BitSet();
    private long epoch;
    private ShuffleLocations snapshot;

    ShuffleOutputs(ShuffleId shuffle, int mapCount, int reduceCount) {
        this(shuffle, mapCount, reduceCount, null);
    }

    private ShuffleOutputs(ShuffleId shuffle, int mapCount, int reduceCount, TaskLayout layout) {
        this.shuffle = shuffle;
        this.reduceCount = reduceCount;
        this.layout = layout;
        sums = new PartitionSums(reduceCount);
        holders = new ExecutorId[mapCount];
        stageEpochs = new MostlyZero(mapCount);
        attempts = new MostlyZero(mapCount);
        boolean all = reduceCount <= MeanSizes.ALL_KEPT;
        codes = all ? new SizeCodes(mapCount, reduceCount) : null;
        means = all ? null : new MeanSizes[mapCount];
        missing.set(0, mapCount);
    }

    /** The same shuffle, still empty, with an output for each task of a layout. */
    synchronized ShuffleOutputs laidOut(TaskLayout chosen) {
        if (chosen.partitionCount() != mapPartitions()) {
            throw new IllegalArgumentException("shuffle " + shuffle + " has " + mapPartitions()
                    + " map partitions and cannot be laid out as " + chosen);
        }
        if (missing.cardinality() != holders.length) {
            throw new IllegalStateException("shuffle " + shuffle + " has map outputs already and cannot be laid out");
        }
        if (chosen.taskCount() == holders.length) {
            layout = chosen;
            return this;
        }
        ShuffleOutputs split = new ShuffleOutputs(shuffle, chosen.taskCount(), reduceCount, chosen);
        split.epoch = epoch + 1;
        return split;
    }

    /** What each map output is of, or null while that is open. */
    synchronized TaskLayout layout() {
        return layout;
    }

    /** Map outputs when the shuffle is complete. */
    int mapCount() {
        return holders.length;
    }

    /** Partitions of the dataset that is written. */
    synchronized int mapPartitions() {
        return layout == null ? holders.length : layout.partitionCount();
    }

    int reduceCount() {
        return reduceCount;
    }

    synchronized BitSet missing() {
        return (BitSet) missing.clone();
    }

    synchronized void add(ExecutorId holder, MapOutput output) {
        int map = output.mapPartition();
        if (map < 0 || map >= holders.length || output.sizes().length != reduceCount) {
            throw new IllegalArgumentException(output + " with " + output.sizes().length + " sizes does not belong to a"
                    + " shuffle of " + holders.length + " maps and " + reduceCount + " reducers");
        }
        count(map, -1);
        holders[map] = holder;
        stageEpochs.set(map, output.epoch());
        attempts.set(map, output.attempt());
        if (codes != null) {
            codes.set(map, output.sizes());
        } else {
            means[map] = MeanSizes.of(output.sizes(), Presence.mostBytes(holders.length));
        }
        count(map, 1);
        missing.clear(map);
        changed();
    }

    synchronized boolean remove(int map, ExecutorId holder) {
        if (map < 0 || map >= holders.length || holders[map] == null || !holders[map].equals(holder)) {
            return false;
        }
        count(map, -1);
        holders[map] = null;
        if (means != null) {
            means[map] = null;
        }
        missing.set(map);
        changed();
        return true;
    }

    /** The versions an executor holds, by ascending map partition. */
    synchronized List<MapVersion> heldBy(ExecutorId holder) {
        List<MapVersion> held = new ArrayList<>();
        for (int map = 0; map < holders.length; map++) {
            if (holder.equals(holders[map])) {
                held.add(new MapVersion(map, stageEpochs.get(map), attempts.get(map)));
            }
        }
        return held;
    }

    /** What of some versions is still where it was is somewhere else now, and nothing else of it changes. */
    synchronized boolean move(ExecutorId from, ExecutorId to, List<MapVersion> versions) {
        boolean any = false;
        for (MapVersion version : versions) {
            int map = version.mapPartition();
            if (isHolder(map, from)
                    && stageEpochs.get(map) == version.epoch()
                    && attempts.get(map) == version.attempt()) {
                holders[map] = to;
                any = true;
            }
        }
        if (any) {
            changed();
        }
        return any;
    }

    synchronized boolean isHolder(int map, ExecutorId holder) {
        return map >= 0 && map < holders.length && holder.equals(holders[map]);
    }

    synchronized boolean holdsAny(ExecutorId holder) {
        for (ExecutorId one : holders) {
            if (holder.equals(one)) {
                return true;
            }
        }
        return false;
    }

    synchronized boolean removeAll(ExecutorId holder) {
        boolean any = false;
        for (int map = 0; map < holders.length; map++) {
            any |= remove(map, holder);
        }
        return any;
    }

    synchronized void removeAll() {
        Arrays.fill(holders, null);
        if (means != null) {
            Arrays.fill(means, null);
        }
        sums.clear();
        missing.set(0, holders.length);
        changed();
    }

    private long bytes(int map, int reduce) {
        return codes == null ? means[map].bytes(reduce) : BlockSizes.decode(codes.get(map, reduce));
    }

    /** Adds an output to the sums, or takes it out of them; nothing when it is not there. */
    private void count(int map, int sign) {
        if (holders[map] == null) {
            return;
        }
        if (codes != null) {
            sums.count(codes, map, sign);
        } else {
            sums.count(means[map], sign);
        }
    }

    /** Executors with a large share of the bytes a reduce partition reads, largest first, equal ones by id. */
    synchronized List<ExecutorId> preferred(int reducePartition, MapRange maps) {
        Map<ExecutorId, Long> bytes = new TreeMap<>();
        long total = 0;
        for (int map = maps.from(); map < Math.min(holders.length, maps.end()); map++) {
            if (holders[map] != null) {
                long size = bytes(map, reducePartition);
                bytes.merge(holders[map], size, Long::sum);
                total += size;
            }
        }
        List<ExecutorId> preferred = new ArrayList<>();
        for (Map.Entry<ExecutorId, Long> entry : bytes.entrySet()) {
            if (entry.getValue() > 0 && entry.getValue() >= PREFERRED_SHARE * total) {
                preferred.add(entry.getKey());
            }
        }
        preferred.sort(Comparator.comparing(bytes::get, Comparator.reverseOrder()));
        return preferred;
    }

    synchronized long[] bytesByReducePartition() {
        return sums.all();
    }

    synchronized long[] bytesByMapOutput(int reducePartition) {
        long[] bytes = new long[holders.length];
        for (int map = 0; map < bytes.length; map++) {
            bytes[map] = holders[map] == null ? 0 : bytes(map, reducePartition);
        }
        return bytes;
    }

    /** The same object until something changes. */
    synchronized ShuffleLocations snapshot() {
        if (snapshot != null) {
            return snapshot;
        }
        Map<ExecutorId, Integer> indexes = new TreeMap<>();
        for (ExecutorId holder : holders) {
            if (holder != null) {
                indexes.put(holder, 0);
            }
        }
        List<ExecutorId> executors = new ArrayList<>(indexes.keySet());
        for (int index = 0; index < executors.size(); index++) {
            indexes.put(executors.get(index), index);
        }
        int[] holderIndexes = new int[holders.length];
        for (int map = 0; map < holders.length; map++) {
            holderIndexes[map] = holders[map] == null ? ShuffleLocations.MISSING : indexes.get(holders[map]);
        }
        snapshot = new ShuffleLocations(
                shuffle,
                epoch,
                reduceCount,
                executors,
                holderIndexes,
                stageEpochs.toArray(),
                attempts.toArray(),
                presence());
        return snapshot;
    }

    /** What the outputs that are there have rows for, as it is now. */
    private IntFunction<Presence> presence() {
        if (codes != null) {
            SizeCodes now = codes.frozen();
            return map -> new Presence.Sizes(now, map);
        }
        MeanSizes[] now = means.clone();
        return map -> now[map].presence();
    }

    private void changed() {
        epoch++;
        snapshot = null;
    }
}
