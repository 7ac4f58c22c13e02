package dev.quiver.shuffle.tracker;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.stage.MapRange;
import dev.quiver.task.MapVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Which version of each map partition of a shuffle counts, which executor serves it, and for which reduce partitions it
 * has rows. A snapshot: the epoch tells it from earlier and later ones. Immutable.
 */
public final class ShuffleLocations {
    /** Holder of a map partition whose output is not there. */
    static final int MISSING = -1;

    private final ShuffleId shuffle;
    private final long epoch;
    private final int reduceCount;
    private final List<ExecutorId> executors;
    private final int[] holders;
    private final int[] stageEpochs;
    private final int[] attempts;
    private final IntFunction<Presence> presence;
    private final int usualEpoch;
    private final int usualAttempt;

    /**
     * All arrays have one element a map partition; they are transferred.
     *
     * @param presence of a map output that is there
     */
    ShuffleLocations(
            ShuffleId shuffle,
            long epoch,
            int reduceCount,
            List<ExecutorId> executors,
            int[] holders,
            int[] stageEpochs,
            int[] attempts,
            IntFunction<Presence> presence) {
        this.shuffle = shuffle;
        this.epoch = epoch;
        this.reduceCount = reduceCount;
        this.executors = List.copyOf(executors);
        this.holders = holders;
        this.stageEpochs = stageEpochs;
        this.attempts = attempts;
        this.presence = presence;
        int usual = usual(stageEpochs, attempts);
        this.usualEpoch = usual < 0 ? 0 : stageEpochs[usual];
        this.usualAttempt = usual < 0 ? 0 : attempts[usual];
    }

    /**
     * A map partition whose epoch and attempt are those of the majority, if there is one: a vote of pairs that
     * cancel.
     */
    private static int usual(int[] stageEpochs, int[] attempts) {
        int candidate = -1;
        int votes = 0;
        for (int map = 0; map < attempts.length; map++) {
            if (votes == 0) {
                candidate = map;
            }
            boolean same = stageEpochs[map] == stageEpochs[candidate] && attempts[map] == attempts[candidate];
            votes += same ? 1 : -1;
        }
        return candidate;
    }

    public ShuffleId shuffle() {
        return shuffle;
    }

    /** Grows with every change of the shuffle's outputs. */
    public long epoch() {
        return epoch;
    }

    public int mapCount() {
        return holders.length;
    }

    public int reduceCount() {
        return reduceCount;
    }

    /** Executors that hold an output, ascending. */
    public List<ExecutorId> executors() {
        return executors;
    }

    /** The executor that serves a map partition, or null when its output is not there. */
    public ExecutorId holder(int mapPartition) {
        return holders[mapPartition] == MISSING ? null : executors.get(holders[mapPartition]);
    }

    /** The version that counts, or null when the output is not there. */
    public MapVersion version(int mapPartition) {
        return holders[mapPartition] == MISSING
                ? null
                : new MapVersion(mapPartition, stageEpochs[mapPartition], attempts[mapPartition]);
    }

    /** Whether a map output that is there has rows for a reduce partition. */
    public boolean hasRows(int mapPartition, int reducePartition) {
        return holders[mapPartition] != MISSING && presence.apply(mapPartition).has(reducePartition);
    }

    /**
     * Whether {@link #hasRows} is true of a map output only perhaps: to remember it exactly would have taken too much room,
     * and its holder knows.
     */
    public boolean hasRowsPerhaps(int mapPartition) {
        return holders[mapPartition] != MISSING && presence.apply(mapPartition) == Presence.PERHAPS;
    }

    /** The first map partition without an output, or -1 when all are there. */
    public int firstMissing() {
        for (int map = 0; map < holders.length; map++) {
            if (holders[map] == MISSING) {
                return map;
            }
        }
        return -1;
    }

    /**
     * What to ask which executor for to read a reduce partition, by ascending executor; outputs without rows
     * left out.
     *
     * @param maps the map outputs that are read
     */
    public Map<ExecutorId, WantedVersions> wanted(int reducePartition, MapRange maps) {
        WantedVersions.Builder[] builders = new WantedVersions.Builder[executors.size()];
        for (int map = maps.from(); map < Math.min(holders.length, maps.end()); map++) {
            if (hasRows(map, reducePartition)) {
                if (builders[holders[map]] == null) {
                    builders[holders[map]] = new WantedVersions.Builder().common(usualEpoch, usualAttempt);
                }
                builders[holders[map]].add(map, stageEpochs[map], attempts[map]);
            }
        }
        Map<ExecutorId, WantedVersions> wanted = new LinkedHashMap<>();
        for (int index = 0; index < builders.length; index++) {
            if (builders[index] != null) {
                wanted.put(executors.get(index), builders[index].build());
            }
        }
        return wanted;
    }

    /** Every version that an executor serves, also those without rows for some reduce partitions. */
    public WantedVersions held(ExecutorId executor) {
        int holder = executors.indexOf(executor);
        WantedVersions.Builder held = new WantedVersions.Builder().common(usualEpoch, usualAttempt);
        for (int map = 0; map < holders.length; map++) {
            if (holders[map] != MISSING && holders[map] == holder) {
                held.add(map, stageEpochs[map], attempts[map]);
            }
        }
        return held.build();
    }

    /** Of a map output that is there. */
    Presence presence(int mapPartition) {
        return presence.apply(mapPartition);
    }

    int holderIndex(int mapPartition) {
        return holders[mapPartition];
    }

    int stageEpoch(int mapPartition) {
        return stageEpochs[mapPartition];
    }

    int attempt(int mapPartition) {
        return attempts[mapPartition];
    }

    @Override
    public String toString() {
        List<Integer> missing = new ArrayList<>();
        for (int map = 0; map < holders.length && missing.size() < 5; map++) {
            if (holders[map] == MISSING) {
                missing.add(map);
            }
        }
        return "locations of shuffle " + shuffle + " (epoch " + epoch + ", " + holders.length + " maps on "
                + executors.size() + " executors" + (missing.isEmpty() ? ")" : ", missing " + missing + ")");
    }
}
