package dev.quiver.runtime.executor;

import dev.quiver.config.Config;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.runtime.protocol.DriverQuery;
import dev.quiver.shuffle.ShuffleSettings;
import dev.quiver.shuffle.compress.FetchMeter;
import dev.quiver.shuffle.reader.ChunkFetcher;
import dev.quiver.shuffle.reader.LocationsCache;
import dev.quiver.shuffle.reader.ReadAhead;
import dev.quiver.shuffle.reader.RetryTimer;
import dev.quiver.shuffle.reader.SameHost;
import dev.quiver.shuffle.reader.ShuffleReader;
import dev.quiver.shuffle.store.ShuffleStore;
import dev.quiver.shuffle.tracker.LocationsCodec;
import dev.quiver.stage.MapRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** The reduce side of an executor: knows where map outputs are and reads them. Safe for use by many threads. */
final class LocatedShuffles {
    private final LocationsCache locations;
    private final ShuffleReader reader;
    private final ReadAhead readAhead;

    /**
     * @param fetcher  reaches the other executors
     * @param sameHost reads the files of those on this host
     * @param readAhead fetches small partitions together
     * @param meter    told what the others send
     */
    LocatedShuffles(
            ExecutorId self,
            DriverLink driver,
            ShuffleStore store,
            ChunkFetcher fetcher,
            SameHost sameHost,
            ReadAhead readAhead,
            FetchMeter meter,
            Config config) {
        this.readAhead = readAhead;
        this.locations = new LocationsCache(shuffle -> LocationsCodec.decode(
                ByteBuffer.wrap(ExecutorWiring.answer(driver.ask(new DriverQuery.LocateShuffle(shuffle))))));
        this.reader = new ShuffleReader(
                self,
                store,
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
