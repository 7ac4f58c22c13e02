package dev.quiver.runtime.simulation;

import dev.quiver.id.ShuffleId;
import dev.quiver.shuffle.tracker.ShuffleLocations;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.MapOutput;
import dev.quiver.task.MapVersion;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What every map output that was ever written holds, whether it still exists or not. */
final class Written {
    private static final long DIFFERENCE = 0x2545F4914F6CDD1DL;

    private final Map<ShuffleId, Map<MapVersion, Rows>> outputs = new HashMap<>();

    /** The content of a shuffle as last seen, for each look at it costs as much as it has outputs. */
    private final Map<ShuffleId, Seen> seen = new HashMap<>();

    private final Map<ShuffleId, Map<MapVersion, String>> writers = new HashMap<>();

    private record Seen(ShuffleLocations locations, Rows rows) {}

    /**
     * @param origins where its rows come from
     * @param writer  the task that wrote it
     */
    void wrote(MapOutput output, Map<Integer, Long> origins, String writer) {
        String other = writers.computeIfAbsent(output.shuffle(), key -> new HashMap<>())
                .put(output.version(), writer);
        if (other != null) {
            throw new AssertionError("tasks " + other + " and " + writer + " wrote the same version of " + output);
        }
        outputs.computeIfAbsent(output.shuffle(), key -> new HashMap<>())
                .put(output.version(), new Rows(output.content(), origins));
    }

    /** The task that wrote a version. */
    String writer(ShuffleId shuffle, MapVersion version) {
        return writers.get(shuffle).get(version);
    }

    /**
     * What whoever reads a complete shuffle reads, be it all or a part of it. Slices of one map partition count once when
     * they have the same content, so the way in which partitions were split does not show.
     *
     * @throws AssertionError if its outputs come from different contents of another shuffle
     */
    Rows content(ShuffleLocations locations, TaskLayout layout, Object reader) {
        Seen last = seen.get(locations.shuffle());
        if (last != null && last.locations() == locations) {
            return last.rows();
        }
        Map<MapVersion, Rows> versions = outputs.getOrDefault(locations.shuffle(), Map.of());
        Map<Integer, Long> origins = Map.of();
        long content = 0;
        int partitions = layout == null ? locations.mapCount() : layout.partitionCount();
        for (int partition = 0; partition < partitions; partition++) {
            int[] tasks = layout == null ? new int[] {partition} : layout.tasks(partition);
            long first = 0;
            for (int slice = 0; slice < tasks.length; slice++) {
                Rows output = versions.get(locations.version(tasks[slice]));
                if (output == null) {
                    throw new AssertionError(reader + " is to read " + locations.version(tasks[slice]) + " of shuffle "
                            + locations.shuffle() + ", which nobody wrote");
                }
                origins = Rows.and(origins, output.origins(), "shuffle " + locations.shuffle() + " for " + reader);
                if (slice == 0) {
                    first = output.number();
                    content = Formula.shuffle(content, first);
                } else {
                    content += (output.number() - first) * DIFFERENCE;
                }
            }
        }
        Map<Integer, Long> all = new TreeMap<>(origins);
        all.put(locations.shuffle().value(), content);
        Rows rows = new Rows(content, all);
        seen.put(locations.shuffle(), new Seen(locations, rows));
        return rows;
    }
}
