package dev.quiver.scheduler;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.scheduler.port.MapOutputs;
import dev.quiver.stage.MapRange;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.MapOutput;
import dev.quiver.task.MapVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A map output tracker in maps. */
final class FakeMapOutputs implements MapOutputs {
    record Held(ExecutorId holder, MapOutput output) {}

    private final Map<ShuffleId, Integer> mapCounts = new LinkedHashMap<>();
    private final Map<ShuffleId, Map<Integer, Held>> held = new LinkedHashMap<>();
    private final Map<ShuffleId, BitSet> missing = new LinkedHashMap<>();
    private final Set<String> versions = new LinkedHashSet<>();
    private final Map<ShuffleId, TaskLayout> layouts = new LinkedHashMap<>();
    final Map<Integer, List<ExecutorId>> preferred = new TreeMap<>();
    /** Overrules it for slices. */
    final Map<MapRange, List<ExecutorId>> preferredOfMaps = new LinkedHashMap<>();
    /** Bytes that a reduce partition reads from each map output of a shuffle; nothing for those not named. */
    final Map<ShuffleId, Map<Integer, Long>> bytes = new LinkedHashMap<>();

    private final Map<ShuffleId, Integer> reduceCounts = new LinkedHashMap<>();
    int added;
    boolean reliable;

    @Override
    public void register(ShuffleId shuffle, int mapCount, int reduceCount) {
        reduceCounts.put(shuffle, reduceCount);
        if (mapCounts.putIfAbsent(shuffle, mapCount) == null) {
            held.put(shuffle, new TreeMap<>());
            BitSet all = new BitSet();
            all.set(0, mapCount);
            missing.put(shuffle, all);
        }
    }

    /** Nobody reads the shuffle any more. */
    void forget(ShuffleId shuffle) {
        mapCounts.remove(shuffle);
        reduceCounts.remove(shuffle);
        held.remove(shuffle);
        missing.remove(shuffle);
        layouts.remove(shuffle);
    }

    @Override
    public void layOut(ShuffleId shuffle, TaskLayout layout) {
        if (!held.get(shuffle).isEmpty()
                || layouts.containsKey(shuffle)
                || layout.partitionCount() != mapCounts.get(shuffle)) {
            throw new AssertionError("shuffle " + shuffle + " cannot be laid out as " + layout);
        }
        layouts.put(shuffle, layout);
        mapCounts.put(shuffle, layout.taskCount());
        missing.get(shuffle).set(0, layout.taskCount());
    }

    @Override
    public TaskLayout layout(ShuffleId shuffle) {
        return layouts.get(shuffle);
    }

    @Override
    public long[] bytesByPartition(ShuffleId shuffle) {
        long[] sums = new long[reduceCounts.get(shuffle)];
        for (int partition = 0; partition < sums.length; partition++) {
            sums[partition] =
                    Arrays.stream(bytesByMapOutput(shuffle, partition)).sum();
        }
        return sums;
    }

    @Override
    public long[] bytesByMapOutput(ShuffleId shuffle, int reducePartition) {
        long[] each = new long[mapCounts.get(shuffle)];
        Arrays.fill(each, bytes.getOrDefault(shuffle, Map.of()).getOrDefault(reducePartition, 0L));
        return each;
    }

    @Override
    public BitSet missing(ShuffleId shuffle) {
        return (BitSet) missing.get(shuffle).clone();
    }

    @Override
    public void add(ExecutorId holder, MapOutput output) {
        MapVersion version = output.version();
        if (!versions.add(output.shuffle() + "/" + version)) {
            throw new AssertionError("map output " + output + " was added twice");
        }
        held.get(output.shuffle()).put(output.mapPartition(), new Held(holder, output));
        missing.get(output.shuffle()).clear(output.mapPartition());
        added++;
    }

    @Override
    public void remove(ShuffleId shuffle, int mapPartition, ExecutorId holder) {
        Held output = held.get(shuffle).get(mapPartition);
        if (output != null && output.holder().equals(holder)) {
            held.get(shuffle).remove(mapPartition);
            missing.get(shuffle).set(mapPartition);
        }
    }

    @Override
    public void removeAll(ShuffleId shuffle, ExecutorId holder) {
        for (int partition : new ArrayList<>(held.get(shuffle).keySet())) {
            remove(shuffle, partition, holder);
        }
    }

    @Override
    public void removeAll(ShuffleId shuffle) {
        held.get(shuffle).clear();
        missing.get(shuffle).set(0, mapCounts.get(shuffle));
    }

    @Override
    public boolean holdsAny(ExecutorId holder) {
        return !reliable && holders().contains(holder);
    }

    @Override
    public Map<ShuffleId, List<MapVersion>> heldBy(ExecutorId holder) {
        Map<ShuffleId, List<MapVersion>> found = new LinkedHashMap<>();
        held.forEach((shuffle, outputs) -> outputs.forEach((partition, output) -> {
            if (!reliable && output.holder().equals(holder)) {
                found.computeIfAbsent(shuffle, id -> new ArrayList<>())
                        .add(output.output().version());
            }
        }));
        return found;
    }

    @Override
    public int reduceCount(ShuffleId shuffle) {
        return reduceCounts.get(shuffle);
    }

    @Override
    public void move(ShuffleId shuffle, ExecutorId from, ExecutorId to, List<MapVersion> moved) {
        for (MapVersion version : moved) {
            held.getOrDefault(shuffle, new TreeMap<>())
                    .computeIfPresent(
                            version.mapPartition(),
                            (partition, output) -> output.holder().equals(from)
                                            && output.output().version().equals(version)
                                    ? new Held(to, output.output())
                                    : output);
        }
    }

    @Override
    public boolean isHolder(ShuffleId shuffle, int mapPartition, ExecutorId holder) {
        return holder.equals(holder(shuffle, mapPartition));
    }

    @Override
    public boolean holdsAny(ShuffleId shuffle, ExecutorId holder) {
        return held.get(shuffle).values().stream()
                .anyMatch(output -> output.holder().equals(holder));
    }

    @Override
    public Collection<ShuffleId> executorLost(ExecutorId holder) {
        if (reliable) {
            return List.of();
        }
        Set<ShuffleId> shuffles = new LinkedHashSet<>();
        for (ShuffleId shuffle : held.keySet()) {
            int before = held.get(shuffle).size();
            removeAll(shuffle, holder);
            if (held.get(shuffle).size() < before) {
                shuffles.add(shuffle);
            }
        }
        return shuffles;
    }

    @Override
    public List<ExecutorId> preferred(ShuffleId shuffle, int reducePartition, MapRange maps) {
        return preferredOfMaps.getOrDefault(maps, preferred.getOrDefault(reducePartition, List.of()));
    }

    int mapCount(ShuffleId shuffle) {
        return mapCounts.get(shuffle);
    }

    /** Holder of a map output, or null. */
    ExecutorId holder(ShuffleId shuffle, int mapPartition) {
        Held output = held.get(shuffle).get(mapPartition);
        return output == null ? null : output.holder();
    }

    /** The outputs of a shuffle that are there, by map partition. */
    List<MapOutput> outputs(ShuffleId shuffle) {
        return held.get(shuffle).values().stream().map(Held::output).toList();
    }

    Set<ExecutorId> holders() {
        Set<ExecutorId> holders = new LinkedHashSet<>();
        held.values().forEach(outputs -> outputs.values().forEach(output -> holders.add(output.holder())));
        return holders;
    }
}
