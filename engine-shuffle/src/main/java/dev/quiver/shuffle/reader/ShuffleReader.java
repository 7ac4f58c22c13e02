package dev.quiver.shuffle.reader;

import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.FetchFailure;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.shuffle.ShuffleSettings;
import dev.quiver.shuffle.chunk.ChunkSources;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.shuffle.compress.FetchMeter;
import dev.quiver.shuffle.format.ReadBuffer;
import dev.quiver.shuffle.format.ReadBuffers;
import dev.quiver.shuffle.storage.ShuffleStorage;
import dev.quiver.shuffle.store.ChunkMemory;
import dev.quiver.shuffle.tracker.ShuffleLocations;
import dev.quiver.stage.MapRange;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/**
 * Reads reduce partitions for the tasks of one executor: what its storage reaches through that, what is in files of other
 * executors on the same host from these, the rest over the network. Of every map partition exactly the version the tracker
 * chose is read, in full, or the read fails. Safe for many threads; the sources it returns are not.
 */
public final class ShuffleReader {
    private final ShuffleStorage storage;
    private final ArrowBatches codec;
    private final LocationsCache locations;
    private final ChunkFetcher fetcher;
    private final RetryTimer timer;
    private final DoubleSupplier random;
    private final ShuffleSettings settings;
    private final SameHost sameHost;
    private final ReadAhead readAhead;
    private final FetchMeter meter;
    private final ReadBuffers buffers = new ReadBuffers();

    /** One that asks for every partition by itself. */
    public ShuffleReader(
            ShuffleStorage storage,
            ArrowBatches codec,
            LocationsCache locations,
            ChunkFetcher fetcher,
            RetryTimer timer,
            DoubleSupplier random,
            ShuffleSettings settings,
            SameHost sameHost,
            FetchMeter meter) {
        this(
                storage,
                codec,
                locations,
                fetcher,
                timer,
                random,
                settings,
                sameHost,
                meter,
                new ReadAhead(fetcher, ChunkMemory.UNLIMITED, ReadAheadSettings.OFF, ""));
    }

    /**
     * @param storage   of this executor: what it reaches is read through it
     * @param codec     shared with the rest of the process
     * @param random    numbers in {@code [0, 1)}, to spread retries; safe for many threads
     * @param locations of this process; the owner forgets shuffles that are removed
     * @param sameHost  how files of other executors of this host are read
     * @param meter     told what other executors send
     * @param readAhead fetches small partitions together
     */
    public ShuffleReader(
            ShuffleStorage storage,
            ArrowBatches codec,
            LocationsCache locations,
            ChunkFetcher fetcher,
            RetryTimer timer,
            DoubleSupplier random,
            ShuffleSettings settings,
            SameHost sameHost,
            FetchMeter meter,
            ReadAhead readAhead) {
        this.storage = storage;
        this.codec = codec;
        this.locations = locations;
        this.fetcher = fetcher;
        this.timer = timer;
        this.random = random;
        this.settings = settings;
        this.sameHost = sameHost;
        this.meter = meter;
        this.readAhead = readAhead;
    }

    /** The rows of one reduce partition, for a task that nothing is known to follow. */
    public BatchSource open(
            TaskAttempt reader,
            ShuffleId shuffle,
            int mapCount,
            int reducePartition,
            MapRange maps,
            TaskCounters counters,
            BooleanSupplier killed)
            throws Exception {
        return open(reader, shuffle, mapCount, reducePartition, maps, () -> new int[0], counters, killed);
    }

    /**
     * The rows of one reduce partition.
     *
     * @param reader   the task that reads; its stage attempt decides how new the locations must be
     * @param mapCount map outputs the shuffle has at least when it is complete: more, when some map partitions were
     *                 computed in slices
     * @param maps     the map outputs to read
     * @param upcoming tasks of the same stage attempt that wait on this executor, by number, the next one first
     * @param counters of the task; borrowed
     * @param killed   whether the task was told to stop
     * @return batches in no particular order; returned: the caller closes the source. It throws {@link FetchFailure}
     * when
     *     a map output cannot be read in full, and {@link dev.quiver.exec.task.TaskKilled} once the task is told to
     * stop
     * @throws FetchFailure when a map output has no holder
     */
    public BatchSource open(
            TaskAttempt reader,
            ShuffleId shuffle,
            int mapCount,
            int reducePartition,
            MapRange maps,
            Supplier<int[]> upcoming,
            TaskCounters counters,
            BooleanSupplier killed)
            throws Exception {
        ShuffleLocations where = locations.locations(shuffle, reader.stage());
        require(where, shuffle, mapCount, reducePartition);
        Map<ExecutorId, WantedVersions> wanted = where.wanted(reducePartition, maps);
        Map<ExecutorId, WantedVersions> reached = new LinkedHashMap<>();
        wanted.forEach((executor, versions) -> {
            if (storage.reaches(executor)) {
                reached.put(executor, versions);
            }
        });
        wanted.keySet().removeAll(reached.keySet());
        int concurrent = Math.max(1, Math.min(settings.fetchHolders(), wanted.size()));
        int window = (int) Math.max(1, Math.min(Integer.MAX_VALUE, settings.fetchWindowBytes() / concurrent));
        ReadBuffer room = buffers.lend();
        PartitionSource source = new PartitionSource(concurrent, killed, () -> locations.forget(shuffle), room, meter);
        RemoteHolder.Links links = new RemoteHolder.Links(
                codec,
                fetcher,
                timer,
                random,
                settings,
                counters,
                sameHost,
                room,
                window,
                source::post,
                (sources, versions, rows) -> rows.forEach(source::rows),
                where::hasRowsPerhaps);
        // A slice reads much by itself; and no answer that came ahead is of some map outputs only.
        Map<ExecutorId, AheadHolder> ahead =
                maps.isAll() ? readAhead.holders(reader.stage(), where, wanted.keySet()) : Map.of();
        List<RemoteHolder> remote = new ArrayList<>();
        wanted.forEach((executor, versions) ->
                remote.add(new RemoteHolder(executor, shuffle, reducePartition, versions, ahead.get(executor), links)));
        // Every task begins with another holder, so that they do not all ask the same one first.
        Collections.rotate(remote, remote.isEmpty() ? 0 : -(reader.partition() % remote.size()));
        try {
            for (Map.Entry<ExecutorId, WantedVersions> each : reached.entrySet()) {
                source.add(new StoredHolder(
                        each.getKey(),
                        storage,
                        shuffle,
                        reducePartition,
                        each.getValue(),
                        where::hasRowsPerhaps,
                        counters,
                        room));
            }
            source.start(remote, new Relocation(locations, shuffle, reader.stage(), where, (executor, versions) -> {
                if (storage.reaches(executor)) {
                    source.add(new StoredHolder(
                            executor,
                            storage,
                            shuffle,
                            reducePartition,
                            versions,
                            where::hasRowsPerhaps,
                            counters,
                            room));
                    return List.of();
                }
                return List.of(new RemoteHolder(executor, shuffle, reducePartition, versions, null, links));
            }));
            askAhead(ahead.values(), new Following(upcoming, reader.partition(), reducePartition, where), counters);
        } catch (FetchFailure lost) {
            // Tasks that start after this one shall hear where the output is once it was computed again.
            locations.forget(shuffle);
            source.close();
            throw lost;
        } catch (Exception refused) {
            source.close();
            throw refused;
        }
        return source;
    }

    /** Takes the rows of map outputs that are copied; not only on the driver's word, but as their holder has them. */
    public interface CopiedRows {
        /** @param sources of the rows of this batch */
        void take(ColumnBatch batch, ChunkSources sources) throws IOException;
    }

    /**
     * Copies what an executor has of one reduce partition of some map outputs, each of their rows once.
     *
     * @param wanted     versions that it is to have, those with rows in this partition
     * @param mayBeEmpty map partitions of these that have rows there only perhaps
     * @param counters   told of what is read; borrowed
     * @param killed     whether to stop
     * @throws FetchFailure when it cannot be read in full
     */
    public void copy(
            ExecutorId holder,
            ShuffleId shuffle,
            int reducePartition,
            WantedVersions wanted,
            IntPredicate mayBeEmpty,
            CopiedRows into,
            TaskCounters counters,
            BooleanSupplier killed)
            throws Exception {
        ArrayDeque<ChunkSources> origins = new ArrayDeque<>();
        ReadBuffer room = buffers.lend();
        int window = (int) Math.max(1, Math.min(Integer.MAX_VALUE, settings.fetchWindowBytes()));
        try (PartitionSource source = new PartitionSource(1, killed, () -> {}, room, meter)) {
            RemoteHolder.Links links = new RemoteHolder.Links(
                    codec,
                    fetcher,
                    timer,
                    random,
                    settings,
                    counters,
                    sameHost,
                    room,
                    window,
                    source::post,
                    (sources, versions, rows) -> {
                        origins.addAll(sources.selectSources(versions));
                        rows.forEach(source::rows);
                    },
                    mayBeEmpty);
            source.start(
                    List.of(new RemoteHolder(holder, shuffle, reducePartition, wanted, null, links)), Relocation.NONE);
            for (ColumnBatch batch = source.next(); batch != null; batch = source.next()) {
                into.take(batch, origins.remove());
            }
        }
    }

    /** Asks for what tasks behind this one will want, once this one has asked for its own. */
    private static void askAhead(Iterable<AheadHolder> holders, Following following, TaskCounters counters) {
        for (AheadHolder holder : holders) {
            if (holder.ask(following)) {
                counters.fetchRequest();
            }
        }
    }

    private static void require(ShuffleLocations where, ShuffleId shuffle, int mapCount, int reducePartition)
            throws FetchFailure {
        if (where.mapCount() < mapCount || reducePartition < 0 || reducePartition >= where.reduceCount()) {
            throw new IllegalArgumentException("reduce partition " + reducePartition + " of " + mapCount
                    + " map outputs was asked for, and shuffle " + shuffle + " has " + where.reduceCount() + " of "
                    + where.mapCount());
        }
        int missing = where.firstMissing();
        if (missing >= 0) {
            throw new FetchFailure(
                    shuffle,
                    missing,
                    null,
                    "No executor has map output " + missing + " of shuffle "
                            + shuffle + " any more, which reduce partition " + reducePartition
                            + " needs. It is computed again.",
                    null);
        }
    }
}
