package dev.quiver.shuffle.reader;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.shuffle.tracker.ShuffleLocations;
import dev.quiver.task.MapVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where map outputs are when a reader comes to fetch them. Those of an executor that has left since the reader was opened
 * are elsewhere, in the same versions. Belongs to the reading task's thread.
 */
final class Relocation {
    /** As things are. */
    static final Relocation NONE = new Relocation(null, null, null, null, null);

    private final LocationsCache locations;
    private final ShuffleId shuffle;
    private final StageAttempt reader;
    private final ShuffleLocations opened;
    private final Places places;

    /** Makes a fetch from an executor; or reads what this process reaches, in which case there is nothing to fetch. */
    interface Places {
        List<RemoteHolder> at(ExecutorId executor, WantedVersions wanted) throws Exception;
    }

    /** @param opened what was known when the reader was opened */
    Relocation(
            LocationsCache locations, ShuffleId shuffle, StageAttempt reader, ShuffleLocations opened, Places places) {
        this.locations = locations;
        this.shuffle = shuffle;
        this.reader = reader;
        this.opened = opened;
        this.places = places;
    }

    /** What to fetch instead of a fetch that has not begun; usually that itself. */
    List<RemoteHolder> current(RemoteHolder holder) throws Exception {
        ShuffleLocations now = locations == null ? opened : locations.locations(shuffle, reader);
        if (now == opened) {
            return List.of(holder);
        }
        Map<ExecutorId, WantedVersions.Builder> moved = new TreeMap<>();
        WantedVersions wanted = holder.wanted();
        for (int index = 0; index < wanted.count(); index++) {
            MapVersion version = wanted.version(index);
            ExecutorId executor = now.holder(version.mapPartition());
            if (executor == null || !version.equals(now.version(version.mapPartition()))) {
                // It is lost, or was computed again: the fetch finds that out, and says so.
                return List.of(holder);
            }
            moved.computeIfAbsent(executor, id -> new WantedVersions.Builder().common(wanted.epoch(), wanted.attempt()))
                    .add(version.mapPartition(), version.epoch(), version.attempt());
        }
        if (moved.size() == 1 && moved.containsKey(holder.executor())) {
            return List.of(holder);
        }
        List<RemoteHolder> instead = new ArrayList<>();
        for (Map.Entry<ExecutorId, WantedVersions.Builder> each : moved.entrySet()) {
            instead.addAll(places.at(each.getKey(), each.getValue().build()));
        }
        return instead;
    }
}
