package dev.quiver.shuffle.tracker;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.task.BlockSizes;
import dev.quiver.task.MapOutput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The map outputs of one shuffle. Arrays by map partition, so that an output costs its size codes and a few words. The
 * lock is for snapshots taken by other threads while the loop writes; it is held for a copy of the arrays at most.
 */
final class ShuffleOutputs {
    /** An executor is preferred from this share of a partition's bytes on. */
    private static final double PREFERRED_SHARE = 0.2;

    private final ShuffleId shuffle;
    private final int reduceCount;
    private final ExecutorId[] holders;
    private final int[] stageEpochs;
    private final int[] attempts;
    private final byte[][] sizes;
    private final BitSet missing = new BitSet();
    private long epoch;
    private ShuffleLocations snapshot;

    ShuffleOutputs(ShuffleId shuffle, int mapCount, int reduceCount) {
        this.shuffle = shuffle;
        this.reduceCount = reduceCount;
        holders = new ExecutorId[mapCount];
        stageEpochs = new int[mapCount];
        attempts = new int[mapCount];
        sizes = new byte[mapCount][];
        missing.set(0, mapCount);
    }

    int mapCount() {
        return holders.length;
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
        holders[map] = holder;
        stageEpochs[map] = output.epoch();
        attempts[map] = output.attempt();
        sizes[map] = output.sizes();
        missing.clear(map);
        changed();
    }

    synchronized boolean remove(int map, ExecutorId holder) {
        if (map < 0 || map >= holders.length || holders[map] == null || !holders[map].equals(holder)) {
            return false;
        }
        holders[map] = null;
        sizes[map] = null;
        missing.set(map);
        changed();
        return true;
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
        Arrays.fill(sizes, null);
        missing.set(0, holders.length);
        changed();
    }

    /** Executors with a large share of a reduce partition's bytes, largest first, equal ones by id. */
    synchronized List<ExecutorId> preferred(int reducePartition) {
        Map<ExecutorId, Long> bytes = new TreeMap<>();
        long total = 0;
        for (int map = 0; map < holders.length; map++) {
            if (holders[map] != null) {
                long size = BlockSizes.decode(sizes[map][reducePartition]);
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
        long[] bytes = new long[reduceCount];
        for (byte[] codes : sizes) {
            for (int reduce = 0; codes != null && reduce < reduceCount; reduce++) {
                bytes[reduce] += BlockSizes.decode(codes[reduce]);
            }
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
        Presence[] presence = new Presence[holders.length];
        for (int map = 0; map < holders.length; map++) {
            holderIndexes[map] = holders[map] == null ? ShuffleLocations.MISSING : indexes.get(holders[map]);
            presence[map] = holders[map] == null ? new Presence.Uniform(false) : new Presence.Sizes(sizes[map]);
        }
        snapshot = new ShuffleLocations(
                shuffle,
                epoch,
                reduceCount,
                executors,
                holderIndexes,
                Arrays.copyOf(stageEpochs, stageEpochs.length),
                Arrays.copyOf(attempts, attempts.length),
                presence);
        return snapshot;
    }

    private void changed() {
        epoch++;
        snapshot = null;
    }
}
