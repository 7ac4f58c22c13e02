package dev.quiver.shuffle.reader;

import static dev.quiver.shuffle.Exchange.SETTINGS;
import static dev.quiver.shuffle.Exchange.SHUFFLE;
import static dev.quiver.shuffle.Exchange.drain;
import static dev.quiver.shuffle.Exchange.expected;
import static dev.quiver.shuffle.Exchange.sorted;
import static dev.quiver.shuffle.Exchange.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.FetchFailure;
import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.exec.task.TaskKilled;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.shuffle.Exchange;
import dev.quiver.shuffle.compress.FetchMeter;
import dev.quiver.shuffle.reader.FakeNetwork.Delivery;
import dev.quiver.shuffle.storage.ExecutorStorage;
import dev.quiver.shuffle.store.Durability;
import dev.quiver.shuffle.store.PartitionView;
import dev.quiver.shuffle.store.ShuffleStore;
import dev.quiver.shuffle.store.StoredChunk;
import dev.quiver.shuffle.tracker.LocationsCodec;
import dev.quiver.shuffle.tracker.MapOutputTracker;
import dev.quiver.shuffle.tracker.ShuffleLocations;
import dev.quiver.stage.MapRange;
import dev.quiver.stage.SplitPartition;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.MapOutput;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShuffleReaderTest {
    private static final int MAPS = 6;
    private static final int REDUCERS = 4;
    private static final int ROWS = 1500;
    private static final ExecutorId HERE = new ExecutorId("here", 0);
    private static final ExecutorId FAR = new ExecutorId("far", 0);
    private static final ExecutorId OTHER = new ExecutorId("other", 1);

    @TempDir
    Path folder;

    private final FakeNetwork network = new FakeNetwork(SETTINGS.fetchTimeout());
    private final MapOutputTracker tracker = new MapOutputTracker();
    private final List<ExecutorId> executors = List.of(HERE, FAR, OTHER);
    private final List<ShuffleStore> stores = new ArrayList<>();
    private int questions;

    /** Whether readers are not told for which partitions outputs have rows. */
    private boolean perhaps;

    private ShuffleReader reader;

    @BeforeEach
    void start() {
        for (ExecutorId executor : executors) {
            Durability durability = executor.equals(OTHER) ? Durability.MEMORY : Durability.FILES;
            ShuffleStore store = Exchange.store(folder.resolve(executor.name()), durability);
            stores.add(store);
            if (!executor.equals(HERE)) {
                network.add(executor, store);
            }
        }
        reader = reader(() -> 0.5);
        tracker.register(SHUFFLE, MAPS, REDUCERS);
    }

    private ShuffleReader reader(DoubleSupplier random) {
        LocationsCache cache = new LocationsCache(shuffle -> {
            questions++;
            ShuffleLocations where = tracker.snapshot(shuffle);
            byte[] message = perhaps ? LocationsCodec.encode(where, 0) : LocationsCodec.encode(where);
            return LocationsCodec.decode(ByteBuffer.wrap(message));
        });
        return new ShuffleReader(
                new ExecutorStorage(HERE, stores.get(0)),
                new ArrowBatches(),
                cache,
                network,
                network,
                random,
                SETTINGS,
                SameHost.NOBODY,
                FetchMeter.NONE);
    }

    @AfterEach
    void stop() throws IOException {
        assertThat(network.openPieces)
                .as("pieces of network memory that were not given back")
                .isZero();
        for (ShuffleStore store : stores) {
            store.close();
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    private MapVersion version(int map) {
        return new MapVersion(map, 0, 0);
    }

    /** Map partition m is on executor m modulo 3. */
    private void writeAll(int rows) throws Exception {
        for (int map = 0; map < MAPS; map++) {
            add(map % 3, version(map), rows);
        }
    }

    private void add(int executor, MapVersion version, int rows) throws Exception {
        MapOutput output = Exchange.write(stores.get(executor), version, REDUCERS, rows);
        tracker.add(executors.get(executor), output);
    }

    private BatchSource open(int reduce) throws Exception {
        return open(reduce, 0, new TaskCounters());
    }

    private BatchSource open(int reduce, int epoch, TaskCounters counters) throws Exception {
        return reader.open(task(reduce, epoch, 0), SHUFFLE, MAPS, reduce, MapRange.ALL, counters, () -> false);
    }

    private List<Object> all(int reduce, int rows) {
        List<Object> all = new ArrayList<>();
        for (int map = 0; map < MAPS; map++) {
            all.addAll(expected(version(map), reduce, rows));
        }
        return all;
    }

    private FetchFailure failure(int reduce) {
        FetchFailure[] caught = new FetchFailure[1];
        assertThatThrownBy(() -> drain(open(reduce)))
                .isInstanceOfSatisfying(FetchFailure.class, thrown -> caught[0] = thrown);
        return caught[0];
    }

    @Test
    void slicesBringTheRowsOfTheirMapOutputsAndTogetherEveryRowOnce() throws Exception {
        writeAll(ROWS);
        List<Object> together = new ArrayList<>();
        List<MapRange> slices = List.of(new MapRange(0, 1), new MapRange(1, 5), new MapRange(5, Integer.MAX_VALUE));
        for (MapRange maps : slices) {
            TaskCounters counters = new TaskCounters();
            List<Object> rows = drain(reader.open(task(9, 0, 0), SHUFFLE, MAPS, 2, maps, counters, () -> false));
            int outputs = Math.min(MAPS, maps.end()) - maps.from();
            assertThat(rows).as("%s", maps).hasSize(outputs * ROWS);
            assertThat(counters.snapshot(0).shuffleReadRows()).isEqualTo(outputs * ROWS);
            together.addAll(rows);
        }
        assertThat(sorted(together)).isEqualTo(sorted(all(2, ROWS)));
    }

    @Test
    void mapOutputsBeyondTheMapPartitionsAreReadWhereSomeWereComputedInSlices() throws Exception {
        tracker.layOut(SHUFFLE, new TaskLayout(MAPS, List.of(new SplitPartition(1, SHUFFLE, List.of(0, 1, 2, 3)))));
        writeAll(ROWS);
        assertThatThrownBy(() -> drain(open(0))).hasMessageContaining("map output 6");
        add(1, version(6), ROWS);
        add(2, version(7), ROWS);

        List<Object> rows = all(0, ROWS);
        rows.addAll(expected(version(6), 0, ROWS));
        rows.addAll(expected(version(7), 0, ROWS));
        assertThat(sorted(drain(open(0, 1, new TaskCounters())))).isEqualTo(sorted(rows));
    }

    @Test
    void everyRowArrivesOnceFromThisProcessAndFromOthers() throws Exception {
        writeAll(ROWS);
        for (int reduce = 0; reduce < REDUCERS; reduce++) {
            TaskCounters counters = new TaskCounters();
            assertThat(sorted(drain(open(reduce, 0, counters)))).isEqualTo(sorted(all(reduce, ROWS)));
            assertThat(counters.snapshot(0).shuffleReadRows()).isEqualTo(MAPS * ROWS);
            assertThat(counters.snapshot(0).shuffleReadBytes()).isGreaterThan(MAPS * ROWS * 8L - 1);
        }
        assertThat(questions).as("questions to the driver of one stage attempt").isEqualTo(1);
        drain(open(0, 1, new TaskCounters()));
        assertThat(questions).isEqualTo(2);
    }

    @Test
    void outputsThatHaveRowsOnlyPerhapsAreAskedForAndMayHaveNone() throws Exception {
        for (int map = 0; map < MAPS; map++) {
            ShuffleStore store = stores.get(map % 3);
            try (MapOutputWriter writer = Exchange.writer(store, version(map), REDUCERS)) {
                // Each for one partition, and nobody for the last.
                writer.write(map % (REDUCERS - 1), Exchange.rows(version(map), map % (REDUCERS - 1), ROWS));
                tracker.add(executors.get(map % 3), writer.commit());
            }
        }
        perhaps = true;
        for (int reduce = 0; reduce < REDUCERS; reduce++) {
            List<Object> rows = new ArrayList<>();
            for (int map = 0; map < MAPS; map++) {
                if (map % (REDUCERS - 1) == reduce) {
                    rows.addAll(expected(version(map), reduce, ROWS));
                }
            }
            assertThat(sorted(drain(open(reduce, 0, new TaskCounters())))).isEqualTo(sorted(rows));
        }
        stores.get(1).remove(SHUFFLE);
        assertThat(failure(REDUCERS - 1)).hasMessageContaining("it does not have");
    }

    @Test
    void tellsTheMeterWhatArrivedFromOthersAndHowLongItWaited() throws Exception {
        List<Runnable> held = new ArrayList<>();
        long[] now = {0};
        long[] seen = {0, 0};
        FetchMeter meter = new FetchMeter() {
            /** Called as a wait begins and ends, which takes five milliseconds: then everything held back arrives. */
            @Override
            public long nanoTime() {
                held.forEach(Runnable::run);
                held.clear();
                return now[0] += 5_000_000;
            }

            @Override
            public void arrived(long bytes, long waitedNanos) {
                seen[0] += bytes;
                seen[1] += waitedNanos;
            }
        };
        ChunkFetcher late = (holder, request, listener, window) -> {
            held.add(() -> network.fetch(holder, request, listener, window));
            return reason -> {};
        };
        LocationsCache cache = new LocationsCache(
                shuffle -> LocationsCodec.decode(ByteBuffer.wrap(LocationsCodec.encode(tracker.snapshot(shuffle)))));
        reader = new ShuffleReader(
                new ExecutorStorage(HERE, stores.get(0)),
                new ArrowBatches(),
                cache,
                late,
                network,
                () -> 0.5,
                SETTINGS,
                SameHost.NOBODY,
                meter);
        writeAll(ROWS);
        assertThat(sorted(drain(open(1)))).isEqualTo(sorted(all(1, ROWS)));
        int others = MAPS - MAPS / 3;
        assertThat(seen[0]).isBetween(others * ROWS * 8L, others * ROWS * 9L);
        assertThat(seen[1]).as("nanoseconds waited for both holders together").isEqualTo(5_000_000);
    }

    @Test
    void aHolderThatSaysNothingHoldsUpNobodyElse() throws Exception {
        writeAll(ROWS);
        network.fault = (holder, fetch, whole) -> holder.equals(FAR) && fetch == 1 ? null : whole;
        List<Object> rows = new ArrayList<>();
        try (BatchSource source = open(0)) {
            assertThat(network.asked).as("the silent one is asked first").startsWith(FAR);
            while (rows.size() < (MAPS - 2) * ROWS) {
                rows.addAll(Exchange.objects(source.next()));
            }
            assertThat(network.asked).as("fetches while it is silent").containsExactly(FAR, OTHER);
            List.copyOf(network.silences).forEach(Runnable::run);
            rows.addAll(drain(source));
        }
        assertThat(sorted(rows)).isEqualTo(sorted(all(0, ROWS)));
    }

    @Test
    void reducersBeginWithDifferentHolders() throws Exception {
        writeAll(10);
        drain(open(0));
        drain(open(1));
        assertThat(network.asked).containsExactly(FAR, OTHER, OTHER, FAR);
    }

    @Test
    void onlyVersionsTheTrackerChoseAreReadWhateverElseHoldersHave() throws Exception {
        for (int seed = 0; seed < 30; seed++) {
            stop();
            stores.clear();
            network.servers.clear();
            start();
            Random random = new Random(seed);
            tracker.unregister(SHUFFLE);
            tracker.register(SHUFFLE, MAPS, REDUCERS);
            MapVersion[] chosen = new MapVersion[MAPS];
            for (int step = 0; step < 4 * MAPS; step++) {
                int map = step % MAPS;
                MapVersion version = new MapVersion(map, step / MAPS, random.nextInt(2));
                add(random.nextInt(3), version, 1 + random.nextInt(40) * 20);
                chosen[map] = version;
            }
            List<Object> rows = drain(open(2));
            List<Integer> sizes = new ArrayList<>();
            for (MapVersion version : chosen) {
                long base = Exchange.row(version, 2, 0);
                sizes.add((int) rows.stream()
                        .filter(row -> (Long) row >= base && (Long) row < base + 10_000)
                        .distinct()
                        .count());
            }
            assertThat(rows)
                    .as("seed %d", seed)
                    .doesNotHaveDuplicates()
                    .hasSize(sizes.stream().mapToInt(Integer::intValue).sum());
            assertThat(sizes).as("seed %d", seed).allMatch(size -> size > 0);
        }
    }

    @Test
    void aFetchThatFailsAFewTimesIsRetriedWithGrowingPauses() throws Exception {
        writeAll(ROWS);
        network.fault = (holder, fetch, whole) ->
                holder.equals(FAR) && fetch <= 3 ? new Delivery(new byte[0], "connection reset") : whole;
        assertThat(sorted(drain(open(1)))).isEqualTo(sorted(all(1, ROWS)));
        assertThat(network.pauses)
                .containsExactly(
                        SETTINGS.retryWait(),
                        SETTINGS.retryWait().multipliedBy(2),
                        SETTINGS.retryWait().multipliedBy(4));
    }

    @Test
    void aHolderThatIsDownHoldsUpNobodyElse() throws Exception {
        writeAll(ROWS);
        network.waking = new ArrayList<>();
        network.fault = (holder, fetch, whole) ->
                holder.equals(FAR) && fetch <= 2 ? new Delivery(new byte[0], "connection refused") : whole;
        List<Object> rows = new ArrayList<>();
        boolean[] othersAreRead = {false};
        // Asked whenever the reader has nothing at hand: time passes only when all others are read.
        BooleanSupplier killed = () -> {
            while (othersAreRead[0] && !network.waking.isEmpty()) {
                network.waking.remove(0).run();
            }
            return false;
        };
        try (BatchSource source =
                reader.open(task(0, 0, 0), SHUFFLE, MAPS, 0, MapRange.ALL, new TaskCounters(), killed)) {
            while (rows.size() < (MAPS - 2) * ROWS) {
                rows.addAll(Exchange.objects(source.next()));
            }
            assertThat(network.asked)
                    .as("fetches before the first pause is over")
                    .containsExactly(FAR, OTHER);
            othersAreRead[0] = true;
            rows.addAll(drain(source));
        }
        assertThat(network.asked).containsExactly(FAR, OTHER, FAR, FAR);
        assertThat(sorted(rows)).isEqualTo(sorted(all(0, ROWS)));
    }

    @Test
    void pausesVaryByHalfSoThatReducersDoNotComeBackTogether() throws Exception {
        writeAll(ROWS);
        for (double chance : List.of(0.0, 0.25, 0.75, 0.999)) {
            network.pauses.clear();
            network.fetches.clear();
            network.fault = (holder, fetch, whole) ->
                    holder.equals(FAR) && fetch <= 2 ? new Delivery(new byte[0], "connection reset") : whole;
            ShuffleReader varied = reader(() -> chance);
            assertThat(sorted(drain(varied.open(
                            task(1, 0, 0), SHUFFLE, MAPS, 1, MapRange.ALL, new TaskCounters(), () -> false))))
                    .isEqualTo(sorted(all(1, ROWS)));
            double first = SETTINGS.retryWait().toNanos() * (0.5 + chance);
            assertThat(network.pauses)
                    .as("pauses when chance says %s", chance)
                    .containsExactly(Duration.ofNanos((long) first), Duration.ofNanos((long) (2 * first)));
        }
    }

    @Test
    void aFetchThatKeepsFailingNamesHolderAndSettings() throws Exception {
        writeAll(ROWS);
        network.fault =
                (holder, fetch, whole) -> holder.equals(FAR) ? new Delivery(new byte[0], "connection reset") : whole;
        FetchFailure failure = failure(1);
        assertThat(failure.holder()).isEqualTo(FAR);
        assertThat(failure.mapPartition()).isEqualTo(-1);
        assertThat(failure)
                .hasMessageContaining("connection reset")
                .hasMessageContaining("quiver.shuffle.io.maxRetries");
        assertThat(network.fetches.get(FAR)).isEqualTo(4);
        network.fault = (holder, fetch, whole) -> whole;
        assertThat(drain(open(1))).hasSize(MAPS * ROWS);
        assertThat(questions)
                .as("the next task of the same attempt asks the driver again")
                .isEqualTo(2);
    }

    @Test
    void anAnswerCutAnywhereIsResumedWithoutLossOrDuplicates() throws Exception {
        writeAll(ROWS);
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            network.fetches.clear();
            network.pieceSize = 1 + random.nextInt(5000);
            network.fault = (holder, fetch, whole) -> {
                if (fetch > 3) {
                    return whole;
                }
                int cut = random.nextInt(whole.bytes().length + 1);
                return new Delivery(Arrays.copyOf(whole.bytes(), cut), random.nextBoolean() ? "reset" : null);
            };
            assertThat(sorted(drain(open(3)))).as("seed %d", seed).isEqualTo(sorted(all(3, ROWS)));
        }
    }

    @Test
    void aByteFlippedOnTheWayIsFoundAndFetchedAgain() throws Exception {
        writeAll(ROWS);
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            network.fetches.clear();
            network.fault = (holder, fetch, whole) -> {
                if (fetch > 1) {
                    return whole;
                }
                byte[] bytes = whole.bytes().clone();
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                return new Delivery(bytes, null);
            };
            assertThat(sorted(drain(open(2)))).as("seed %d", seed).isEqualTo(sorted(all(2, ROWS)));
        }
    }

    @Test
    void damageThatComesBackWhileTheHoldersCopyIsWholeBlamesTheNetwork() throws Exception {
        writeAll(ROWS);
        network.fault = (holder, fetch, whole) -> {
            byte[] bytes = whole.bytes().clone();
            bytes[2000] ^= 1;
            return new Delivery(bytes, null);
        };
        assertThat(failure(2)).hasMessageContaining("the network between the two executors damages data");
    }

    @Test
    void damageInTheHoldersFileBlamesItsDisk() throws Exception {
        writeAll(ROWS);
        stores.get(1).seal(SHUFFLE);
        forEachFile(FAR, file -> {
            file.seek(5000);
            int value = file.read();
            file.seek(5000);
            file.write(value ^ 1);
        });
        List<String> messages = new ArrayList<>();
        for (int reduce = 0; reduce < REDUCERS; reduce++) {
            try {
                assertThat(sorted(drain(open(reduce)))).isEqualTo(sorted(all(reduce, ROWS)));
            } catch (FetchFailure failure) {
                assertThat(failure.holder()).isEqualTo(FAR);
                messages.add(failure.getMessage());
            }
        }
        assertThat(messages).isNotEmpty().allMatch(message -> message.contains("the holder's disk damaged chunk"));
    }

    @Test
    void chunksThatStandInOneAnothersPlaceAreFoundBeforeARowIsUsed() throws Exception {
        writeAll(ROWS);
        swapChunks(0, version(0), version(3));
        List<Object> used = new ArrayList<>();
        try (BatchSource source = open(2)) {
            assertThatThrownBy(() -> {
                        for (ColumnBatch batch = source.next(); batch != null; batch = source.next()) {
                            used.addAll(Exchange.objects(batch));
                        }
                    })
                    .isInstanceOf(FetchFailure.class)
                    .hasMessageContaining("the disk or its file system damaged it");
        }
        assertThat(used).doesNotContainAnyElementsOf(expected(version(0), 2, ROWS));
        assertThat(used).doesNotContainAnyElementsOf(expected(version(3), 2, ROWS));
        swapChunks(0, version(0), version(3));
        assertThat(sorted(drain(open(2)))).isEqualTo(sorted(all(2, ROWS)));
        swapChunks(1, version(1), version(4));
        assertThat(failure(2)).hasMessageContaining("the holder's disk damaged chunk");
    }

    /** Exchanges the bytes of the first chunks of two map outputs for reduce partition 2, each of them whole and valid. */
    private void swapChunks(int executor, MapVersion left, MapVersion right) throws IOException {
        StoredChunk.InFile first = chunk(executor, left);
        StoredChunk.InFile second = chunk(executor, right);
        assertThat(second.length()).isEqualTo(first.length());
        assertThat(second.file()).isSameAs(first.file());
        assertThat(second.crc()).isNotEqualTo(first.crc());
        byte[] leftBytes = new byte[first.length()];
        byte[] rightBytes = new byte[first.length()];
        try (RandomAccessFile file = new RandomAccessFile(first.file().path().toFile(), "rw")) {
            file.seek(first.offset());
            file.readFully(leftBytes);
            file.seek(second.offset());
            file.readFully(rightBytes);
            file.seek(second.offset());
            file.write(leftBytes);
            file.seek(first.offset());
            file.write(rightBytes);
        }
    }

    private StoredChunk.InFile chunk(int executor, MapVersion version) {
        try (PartitionView view = stores.get(executor).read(SHUFFLE, 2, Exchange.wanted(version), 0)) {
            return (StoredChunk.InFile) view.chunks().get(0);
        }
    }

    @Test
    void aTruncatedFileIsAFailedFetchAndNeverReadAsEmpty() throws Exception {
        writeAll(ROWS);
        forEachFile(HERE, file -> file.setLength(0));
        FetchFailure local = failure(0);
        assertThat(local.holder()).isEqualTo(HERE);
        assertThat(local).hasMessageContaining("the disk or its file system damaged it");
        forEachFile(FAR, file -> file.setLength(file.length() / 3));
        assertThat(failure(0)).hasMessageContaining("the holder's disk damaged chunk");
    }

    @Test
    void aHolderThatDoesNotHaveAVersionIsNamedWithTheMapPartition() throws Exception {
        writeAll(ROWS);
        tracker.add(FAR, new MapOutput(SHUFFLE, 3, 5, 0, 1, 0, new byte[] {1, 1, 1, 1}));
        FetchFailure remote = failure(0);
        assertThat(remote.holder()).isEqualTo(FAR);
        assertThat(remote.mapPartition()).isEqualTo(3);
        tracker.add(HERE, new MapOutput(SHUFFLE, 3, 6, 0, 1, 0, new byte[] {1, 1, 1, 1}));
        assertThatThrownBy(() -> open(0, 1, new TaskCounters())).isInstanceOfSatisfying(FetchFailure.class, local -> {
            assertThat(local.holder()).isEqualTo(HERE);
            assertThat(local.mapPartition()).isEqualTo(3);
        });
    }

    @Test
    void aMapOutputWithoutHolderFailsTheReadBeforeARowIsRead() throws Exception {
        writeAll(10);
        tracker.remove(SHUFFLE, 4, FAR);
        assertThatThrownBy(() -> open(0)).isInstanceOfSatisfying(FetchFailure.class, failure -> {
            assertThat(failure.holder()).isNull();
            assertThat(failure.mapPartition()).isEqualTo(4);
        });
        add(1, new MapVersion(4, 1, 0), 10);
        assertThat(drain(open(0))).as("incomplete locations are not remembered").hasSize(60);
    }

    @Test
    void anOutputThatShouldHaveRowsAndHasNoneIsAFailure() throws Exception {
        writeAll(10);
        MapVersion empty = new MapVersion(1, 2, 0);
        Exchange.write(stores.get(1), empty, REDUCERS, 0);
        tracker.add(FAR, new MapOutput(SHUFFLE, 1, 2, 0, 1, 0, new byte[] {1, 1, 1, 1}));
        assertThat(failure(0).mapPartition()).isEqualTo(1);
    }

    @Test
    void outputsWithoutRowsForAReducerAreNotAskedFor() throws Exception {
        for (int map = 0; map < MAPS; map++) {
            add(map % 3, version(map), map % 3 == 0 ? 5 : 0);
        }
        assertThat(drain(open(0))).hasSize(10);
        assertThat(network.asked).isEmpty();
    }

    @Test
    void aHolderThatSaysNothingIsGivenUpAndAskedAgain() throws Exception {
        writeAll(10);
        network.servers.remove(OTHER);
        tracker.removeAll(OTHER);
        for (int map = 2; map < MAPS; map += 3) {
            add(0, new MapVersion(map, 1, 0), 10);
        }
        network.fault = (holder, fetch, whole) -> fetch == 1 ? null : whole;
        try (BatchSource source = open(0)) {
            network.onSilence.run();
            int rows = 0;
            for (var batch = source.next(); batch != null; batch = source.next()) {
                rows += batch.rows();
            }
            assertThat(rows).isEqualTo(60);
        }
        assertThat(network.fetches.get(FAR)).isEqualTo(2);
    }

    @Test
    void aKilledTaskStopsAndGivesNetworkMemoryBack() throws Exception {
        writeAll(ROWS);
        boolean[] killed = {false};
        BatchSource source =
                reader.open(task(0, 0, 0), SHUFFLE, MAPS, 0, MapRange.ALL, new TaskCounters(), () -> killed[0]);
        assertThat(source.next()).isNotNull();
        killed[0] = true;
        assertThatThrownBy(() -> {
                    while (source.next() != null) {
                        assertThat(killed[0]).isTrue();
                    }
                })
                .isInstanceOf(TaskKilled.class);
        source.close();
        source.close();
    }

    @Test
    void locationsAreForgottenWithTheirShuffle() throws Exception {
        int[] asked = {0};
        LocationsCache cache = new LocationsCache(shuffle -> {
            asked[0]++;
            return tracker.snapshot(shuffle);
        });
        writeAll(1);
        StageAttempt stage = new StageAttempt(new StageId(9), 0);
        cache.locations(SHUFFLE, stage);
        cache.locations(SHUFFLE, stage);
        assertThat(asked[0]).isEqualTo(1);
        cache.forget(SHUFFLE);
        cache.locations(SHUFFLE, stage);
        assertThat(asked[0]).isEqualTo(2);
    }

    /** Work on an open file. */
    private interface Damage {
        void apply(RandomAccessFile file) throws IOException;
    }

    private void forEachFile(ExecutorId executor, Damage damage) throws IOException {
        Consumer<Path> apply = path -> {
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                damage.apply(file);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        };
        try (Stream<Path> paths = Files.walk(folder.resolve(executor.name()))) {
            paths.filter(Files::isRegularFile).forEach(apply);
        }
    }
}
