package dev.quiver.runtime.executor;

import dev.quiver.config.Config;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.runtime.protocol.DriverQuery;
import dev.quiver.shuffle.ShuffleSettings;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.shuffle.compress.FetchMeter;
import dev.quiver.shuffle.reader.ChunkFetcher;
import dev.quiver.shuffle.reader.LocationsCache;
import dev.quiver.shuffle.reader.LocationsSource;
import dev.quiver.shuffle.reader.ReadAhead;
import dev.quiver.shuffle.reader.RetryTimer;
import dev.quiver.shuffle.reader.SameHost;
import dev.quiver.shuffle.reader.ShuffleReader;
import dev.quiver.shuffle.storage.ShuffleStorage;
import dev.quiver.shuffle.store.AdoptedOutputs;
import dev.quiver.shuffle.tracker.LocationsCodec;
import dev.quiver.shuffle.tracker.ShuffleLocations;
import dev.quiver.stage.MapRange;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The reduce side of an executor: knows where map outputs are and reads them. Safe for use by many threads. */
final class LocatedShuffles {
    private final LocationsSource source;
    private final LocationsCache locations;
    private final ShuffleReader reader;
    private final ReadAhead readAhead;

    /**
     * @param storage  reads what it reaches
     * @param codec    shared with the rest of the process
     * @param fetcher  reaches the other executors
     * @param sameHost reads the files of those on this host
     * @param readAhead fetches small partitions together
     * @param meter    told what the others send
     */
    LocatedShuffles(
            DriverLink driver,
            ShuffleStorage storage,
            ArrowBatches codec,
            ChunkFetcher fetcher,
            SameHost sameHost,
            ReadAhead readAhead,
            FetchMeter meter,
            Config config) {
        this.readAhead = readAhead;
        this.source = shuffle -> LocationsCodec.decode(
                ByteBuffer.wrap(ExecutorWiring.answer(driver.ask(new DriverQuery.LocateShuffle(shuffle)))));
        this.locations = new LocationsCache(source);
        this.reader = new ShuffleReader(
                storage,
                codec,
                locations,
                fetcher,
                retryTimer(),
                () -> ThreadLocalRandom.current().nextDouble(),
                ShuffleSettings.of(config),
                sameHost,
                meter,
                readAhead);
    }

    /** For an executor that is the only one. */
    static ChunkFetcher nobodyElse() {
        return (holder, request, listener, window) -> {
            listener.onError(new IOException("executor " + holder + " is not in this process"));
            return reason -> {};
        };
    }

    private static RetryTimer retryTimer() {
        return (delay, wake) -> {
            Executor later = CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS);
            CompletableFuture<Void> waking = CompletableFuture.runAsync(wake, later);
            return () -> waking.cancel(false);
        };
    }

    /**
     * The rows of a reduce partition.
     *
     * @param maps     the map outputs to read
     * @param counters told of the rows and bytes as they are read; borrowed
     */
    BatchSource open(
            RunningTask task,
            ShuffleId shuffle,
            int mapCount,
            int reducePartition,
            MapRange maps,
            TaskCounters counters)
            throws Exception {
        return reader.open(
                task.attempt(), shuffle, mapCount, reducePartition, maps, task::upcoming, counters, task::isKilled);
    }

    /**
     * Copies map outputs of another executor into this one.
     *
     * @param into   gets the rows; borrowed, and not committed
     * @param killed whether to stop
     * @throws IOException if that executor has not all of them any more, as far as the driver knows
     */
    void copy(ExecutorId from, ShuffleId shuffle, AdoptedOutputs into, TaskCounters counters, BooleanSupplier killed)
            throws Exception {
        ShuffleLocations where = source.locations(shuffle);
        WantedVersions wanted = into.wanted();
        for (int index = 0; index < wanted.count(); index++) {
            MapVersion version = wanted.version(index);
            if (!from.equals(where.holder(version.mapPartition()))
                    || !version.equals(where.version(version.mapPartition()))) {
                throw new IOException("executor " + from + " does not hold map output " + version + " of shuffle "
                        + shuffle + " any more");
            }
        }
        for (int partition = 0; partition < where.reduceCount(); partition++) {
            int reduce = partition;
            WantedVersions.Builder withRows = new WantedVersions.Builder().common(wanted.epoch(), wanted.attempt());
            boolean any = false;
            for (int index = 0; index < wanted.count(); index++) {
                MapVersion version = wanted.version(index);
                if (where.hasRows(version.mapPartition(), reduce)) {
                    withRows.add(version.mapPartition(), version.epoch(), version.attempt());
                    any = true;
                }
            }
            if (any) {
                reader.copy(
                        from,
                        shuffle,
                        reduce,
                        withRows.build(),
                        where::hasRowsPerhaps,
                        (batch, sources) -> into.add(reduce, batch, sources),
                        counters,
                        killed);
            }
        }
    }

    /** Map outputs were moved: whoever asks from now on shall hear where they are. */
    void relocate(ShuffleId shuffle) {
        locations.forget(shuffle);
    }

    /** Nothing will read this shuffle any more. */
    void forget(ShuffleId shuffle) {
        locations.forget(shuffle);
        readAhead.drop(shuffle);
    }

    /** Whether something may be here for later tasks of a stage attempt. */
    boolean isAheadOf(StageAttempt stage) {
        return readAhead.isFor(stage);
    }

    /** No task of this stage attempt waits here any more. */
    void forgetAhead(StageAttempt stage) {
        readAhead.drop(stage);
    }
}
