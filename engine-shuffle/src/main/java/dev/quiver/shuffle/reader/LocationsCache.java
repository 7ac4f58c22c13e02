package dev.quiver.shuffle.reader;

import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.shuffle.tracker.ShuffleLocations;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Asks for the locations of a shuffle once per reading stage attempt and process. A stage attempt starts when its map
 * outputs are complete, and ends with the first that cannot be read; so what its first task learnt is as new as any of
 * its tasks needs; the next attempt asks again, and so does a task after one that failed to fetch. Safe for many
 * threads: tasks of one stage wait for one answer.
 */
public final class LocationsCache {
    private static final int MAX_ENTRIES = 64;

    private final LocationsSource source;
    private final Map<Key, Answer> entries = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Answer> eldest) {
            return size() > MAX_ENTRIES;
        }
    };

    private record Key(ShuffleId shuffle, StageAttempt reader) {}

    /** Its lock is held while the driver is asked. */
    private static final class Answer {
        private ShuffleLocations locations;
    }

    public LocationsCache(LocationsSource source) {
        this.source = source;
    }

    /**
     * Locations that are as new as a stage attempt needs.
     *
     * @param reader the stage attempt that reads
     */
    public ShuffleLocations locations(ShuffleId shuffle, StageAttempt reader) throws Exception {
        Key key = new Key(shuffle, reader);
        Answer answer;
        synchronized (entries) {
            answer = entries.computeIfAbsent(key, absent -> new Answer());
        }
        synchronized (answer) {
            if (answer.locations != null) {
                return answer.locations;
            }
            ShuffleLocations fresh = source.locations(shuffle);
            if (fresh.firstMissing() < 0) {
                answer.locations = fresh;
            }
            return fresh;
        }
    }

    /** Forgets a shuffle: it is removed, or an output turned out to be lost. */
    public void forget(ShuffleId shuffle) {
        synchronized (entries) {
            entries.keySet().removeIf(key -> key.shuffle.equals(shuffle));
        }
    }
}
