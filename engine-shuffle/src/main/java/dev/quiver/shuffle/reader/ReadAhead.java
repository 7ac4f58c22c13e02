package dev.quiver.shuffle.reader;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.shuffle.store.ChunkMemory;
import dev.quiver.shuffle.tracker.ShuffleLocations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Fetches the small reduce partitions that the tasks of this executor will read next, many with one request, and keeps
 * them until the tasks come. What is kept is the answer each task would have got, so that the task proves it in the same
 * way; and whatever goes wrong here only means that the task asks for itself. Safe for many threads.
 */
public final class ReadAhead {
    private final ChunkFetcher fetcher;
    private final ChunkMemory memory;
    private final ReadAheadSettings settings;
    private final Map<StageAttempt, Map<Place, AheadHolder>> holders = new LinkedHashMap<>();

    /** Answers of one holder mean the same as long as the locations do. */
    private record Place(ShuffleId shuffle, long locations, ExecutorId holder) {}

    /** @param memory accounts for what is kept; borrowed */
    public ReadAhead(ChunkFetcher fetcher, ChunkMemory memory, ReadAheadSettings settings) {
        this.fetcher = fetcher;
        this.memory = memory;
        this.settings = settings;
    }

    /**
     * Where partitions come together, for the tasks of a stage attempt, by who holds them; empty when nothing is read
     * ahead.
     */
    Map<ExecutorId, AheadHolder> holders(StageAttempt reader, ShuffleLocations where, Set<ExecutorId> executors) {
        if (!settings.enabled() || executors.isEmpty()) {
            return Map.of();
        }
        int mostBytes = (int) Math.min(
                settings.mostBytes(), settings.totalBytes() / where.executors().size());
        Map<ExecutorId, AheadHolder> found = new LinkedHashMap<>();
        synchronized (this) {
            Map<Place, AheadHolder> known = holders.computeIfAbsent(reader, first -> new LinkedHashMap<>());
            for (ExecutorId executor : executors) {
                found.put(
                        executor,
                        known.computeIfAbsent(
                                new Place(where.shuffle(), where.epoch(), executor),
                                place -> new AheadHolder(where, executor, mostBytes, fetcher, memory)));
            }
        }
        return found;
    }

    /** Whether something may be kept, or on its way, for a stage attempt. */
    public synchronized boolean isFor(StageAttempt reader) {
        return holders.containsKey(reader);
    }

    /** No task of this stage attempt will come any more: it is cancelled, or they have all come. */
    public void drop(StageAttempt reader) {
        Map<Place, AheadHolder> dropped;
        synchronized (this) {
            dropped = holders.remove(reader);
        }
        if (dropped != null) {
            dropped.values().forEach(AheadHolder::close);
        }
    }

    /** Nothing will read this shuffle any more. */
    public void drop(ShuffleId shuffle) {
        List<AheadHolder> dropped = new ArrayList<>();
        synchronized (this) {
            for (Map<Place, AheadHolder> known : holders.values()) {
                known.entrySet()
                        .removeIf(entry -> entry.getKey().shuffle().equals(shuffle) && dropped.add(entry.getValue()));
            }
        }
        dropped.forEach(AheadHolder::close);
    }
}
