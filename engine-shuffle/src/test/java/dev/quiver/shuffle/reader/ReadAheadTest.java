package dev.quiver.shuffle.reader;

import static dev.quiver.shuffle.Exchange.SETTINGS;
import static dev.quiver.shuffle.Exchange.SHUFFLE;
import static dev.quiver.shuffle.Exchange.drain;
import static dev.quiver.shuffle.Exchange.expected;
import static dev.quiver.shuffle.Exchange.sorted;
import static dev.quiver.shuffle.Exchange.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.exec.task.FetchFailure;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.shuffle.Exchange;
import dev.quiver.shuffle.compress.FetchMeter;
import dev.quiver.shuffle.reader.FakeNetwork.Delivery;
import dev.quiver.shuffle.store.ChunkMemory;
import dev.quiver.shuffle.store.Durability;
import dev.quiver.shuffle.store.ShuffleStore;
import dev.quiver.shuffle.tracker.MapOutputTracker;
import dev.quiver.stage.MapRange;
import dev.quiver.task.MapOutput;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small partitions of real stores, read one after another by the tasks of one executor. */
class ReadAheadTest {
    private static final int MAPS = 6;
    private static final int REDUCERS = 24;
    private static final int ROWS = 50;
    private static final ExecutorId HERE = new ExecutorId("here", 0);
    private static final ExecutorId FAR = new ExecutorId("far", 0);
    private static final ExecutorId OTHER = new ExecutorId("other", 1);

    @TempDir
    Path folder;

    private final FakeNetwork network = new FakeNetwork(SETTINGS.fetchTimeout());
    private final MapOutputTracker tracker = new MapOutputTracker();
    private final List<ExecutorId> executors = List.of(HERE, FAR, OTHER);
    private final List<ShuffleStore> stores = new ArrayList<>();
    private final TaskCounters counters = new TaskCounters();
    private ReadAhead readAhead;
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
        tracker.register(SHUFFLE, MAPS, REDUCERS);
        reads(new ReadAheadSettings(true, 64 << 10, 1 << 20));
    }

    private void reads(ReadAheadSettings settings) {
        readAhead = new ReadAhead(network, ChunkMemory.UNLIMITED, settings);
        reader = new ShuffleReader(
                HERE,
                stores.get(0),
                new LocationsCache(tracker::snapshot),
                network,
                network,
                () -> 0.5,
                SETTINGS,
                SameHost.NOBODY,
                FetchMeter.NONE,
                readAhead);
    }

    @AfterEach
    void stop() throws IOException {
        assertThat(network.openPieces).isZero();
        for (ShuffleStore store : stores) {
            store.close();
        }
    }

    /** Map partition m is on executor m modulo 3. */
    private void writeAll(int rows) throws Exception {
        for (int map = 0; map < MAPS; map++) {
            MapOutput output = Exchange.write(stores.get(map % 3), version(map), REDUCERS, rows);
            // The tracker of this test knows no sizes, only where there are rows.
            byte[] sizes = output.sizes().clone();
            tracker.add(
                    executors.get(map % 3), new MapOutput(SHUFFLE, map, 0, 0, output.rows(), output.content(), sizes));
        }
    }

    private static MapVersion version(int map) {
        return new MapVersion(map, 0, 0);
    }

    private static List<Object> all(int reduce, int rows) {
        List<Object> all = new ArrayList<>();
        for (int map = 0; map < MAPS; map++) {
            all.addAll(expected(version(map), reduce, rows));
        }
        return all;
    }

    private List<Object> read(int reduce, int epoch, int last) throws Exception {
        int[] upcoming = IntStream.rangeClosed(reduce + 1, last).toArray();
        return drain(reader.open(
                task(reduce, epoch, 0), SHUFFLE, MAPS, reduce, MapRange.ALL, () -> upcoming, counters, () -> false));
    }

    private void readAll(int rows) throws Exception {
        for (int reduce = 0; reduce < REDUCERS; reduce++) {
            assertThat(sorted(read(reduce, 0, REDUCERS - 1)))
                    .as("partition %d", reduce)
                    .isEqualTo(sorted(all(reduce, rows)));
        }
    }

    @Test
    void manySmallPartitionsComeWithFewRequests() throws Exception {
        writeAll(ROWS);
        readAll(ROWS);
        assertThat(network.asked)
                .as("the first partition, and the others together")
                .hasSize(4);
        assertThat(counters.snapshot(0).fetchRequests()).isEqualTo(4);
        assertThat(counters.snapshot(0).fetchedAhead()).isEqualTo(2 * (REDUCERS - 1));
        assertThat(counters.snapshot(0).shuffleReadRows()).isEqualTo(MAPS * ROWS * REDUCERS);
    }

    @Test
    void anAnswerEndsWhereItsBytesEndAndTheNextTaskAsksForMore() throws Exception {
        reads(new ReadAheadSettings(true, 16 << 10, 1 << 20));
        writeAll(ROWS);
        readAll(ROWS);
        assertThat(network.asked).hasSizeBetween(6, 24);
    }

    @Test
    void largePartitionsAreAskedForByThemselves() throws Exception {
        writeAll(1500);
        readAll(1500);
        assertThat(network.asked)
                .as("each alone, and one vain attempt at each holder")
                .hasSize(2 * REDUCERS + 2);
        assertThat(counters.snapshot(0).fetchedAhead()).isZero();
    }

    @Test
    void everyPartitionIsAskedForByItselfWhenItIsSwitchedOff() throws Exception {
        reads(ReadAheadSettings.OFF);
        writeAll(ROWS);
        readAll(ROWS);
        assertThat(network.asked).hasSize(2 * REDUCERS);
        assertThat(readAhead.isFor(task(0, 0, 0).stage())).isFalse();
    }

    @Test
    void tasksOfAnotherStageAttemptAreGivenNothingOfThisOne() throws Exception {
        writeAll(ROWS);
        read(0, 0, REDUCERS - 1);
        assertThat(sorted(read(1, 1, 1))).isEqualTo(sorted(all(1, ROWS)));
        assertThat(network.asked).hasSize(6);
        readAhead.drop(task(0, 0, 0).stage());
        assertThat(readAhead.isFor(task(0, 0, 0).stage())).isFalse();
        assertThat(sorted(read(2, 0, 2))).isEqualTo(sorted(all(2, ROWS)));
        assertThat(network.asked).hasSize(8);
    }

    @Test
    void whatIsKeptOfAShuffleIsDroppedWithIt() throws Exception {
        writeAll(ROWS);
        read(0, 0, REDUCERS - 1);
        readAhead.drop(new ShuffleId(99));
        read(1, 0, 1);
        assertThat(network.asked).hasSize(4);
        readAhead.drop(SHUFFLE);
        read(2, 0, 2);
        assertThat(network.asked).hasSize(6);
    }

    @Test
    void versionsThatChangedSinceAreNotServedFromWhatIsKept() throws Exception {
        writeAll(ROWS);
        read(0, 0, REDUCERS - 1);
        MapVersion again = new MapVersion(1, 1, 0);
        tracker.add(FAR, Exchange.write(stores.get(1), again, REDUCERS, ROWS));
        List<Object> rows = new ArrayList<>(all(1, ROWS));
        rows.removeAll(expected(version(1), 1, ROWS));
        rows.addAll(expected(again, 1, ROWS));
        assertThat(sorted(read(1, 1, 1))).isEqualTo(sorted(rows));
    }

    @Test
    void everyRowArrivesOnceWhateverBreaksOnTheWay() throws Exception {
        writeAll(ROWS);
        for (long seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            reads(new ReadAheadSettings(true, (8 << 10) << random.nextInt(4), 1 << 20));
            network.pieceSize = 1 + random.nextInt(3_000);
            network.fault = (holder, fetch, whole) -> {
                if (random.nextInt(4) > 0) {
                    return whole;
                }
                byte[] bytes = whole.bytes().clone();
                if (random.nextBoolean()) {
                    return new Delivery(Arrays.copyOf(bytes, random.nextInt(bytes.length)), "connection reset");
                }
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
                return new Delivery(bytes, whole.error());
            };
            for (int reduce = 0; reduce < REDUCERS; reduce++) {
                List<Object> rows;
                try {
                    rows = read(reduce, (int) seed, Math.min(REDUCERS - 1, reduce + random.nextInt(12)));
                } catch (FetchFailure unlucky) {
                    continue;
                }
                assertThat(sorted(rows))
                        .as("seed %d, partition %d", seed, reduce)
                        .isEqualTo(sorted(all(reduce, ROWS)));
            }
            assertThat(network.openPieces).as("seed %d", seed).isZero();
        }
    }

    @Test
    void slicesOfAPartitionAreAskedForByThemselves() throws Exception {
        writeAll(ROWS);
        read(0, 0, REDUCERS - 1);
        List<Object> rows = drain(reader.open(
                task(1, 0, 0), SHUFFLE, MAPS, 1, new MapRange(0, 2), () -> new int[0], counters, () -> false));
        assertThat(rows).hasSize(2 * ROWS);
        assertThat(network.asked).hasSize(5);
    }
}
