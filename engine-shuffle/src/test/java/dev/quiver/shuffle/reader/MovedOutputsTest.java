package dev.quiver.shuffle.reader;

import static dev.quiver.shuffle.Exchange.SHUFFLE;
import static dev.quiver.shuffle.Exchange.drain;
import static dev.quiver.shuffle.Exchange.expected;
import static dev.quiver.shuffle.Exchange.sorted;
import static dev.quiver.shuffle.Exchange.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.config.Config;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.task.FetchFailure;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.ExecutorId;
import dev.quiver.shuffle.Exchange;
import dev.quiver.shuffle.ShuffleSettings;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.shuffle.compress.FetchMeter;
import dev.quiver.shuffle.storage.ExecutorStorage;
import dev.quiver.shuffle.store.AdoptedOutputs;
import dev.quiver.shuffle.store.Durability;
import dev.quiver.shuffle.store.ShuffleStore;
import dev.quiver.shuffle.tracker.MapOutputTracker;
import dev.quiver.stage.MapRange;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Map outputs that go from one executor to another: rows, versions and chunks of several maps stay what they were. */
class MovedOutputsTest {
    private static final int MAPS = 6;
    private static final int REDUCERS = 3;
    private static final int ROWS = 700;
    private static final ExecutorId HERE = new ExecutorId("here", 0);
    private static final ExecutorId OLD = new ExecutorId("old", 0);
    private static final ExecutorId OTHER = new ExecutorId("other", 0);

    @TempDir
    Path folder;

    private final ShuffleSettings settings = ShuffleSettings.of(Config.empty().with(ShuffleSettings.FETCH_HOLDERS, 1));
    private final FakeNetwork network = new FakeNetwork(settings.fetchTimeout());
    private final MapOutputTracker tracker = new MapOutputTracker();
    private final List<ShuffleStore> stores = new ArrayList<>();
    private LocationsCache cache;
    private ShuffleReader reader;

    @BeforeEach
    void write() throws Exception {
        for (String name : List.of("here", "old", "other")) {
            ShuffleStore store = Exchange.store(folder.resolve(name), Durability.FILES);
            stores.add(store);
            network.add(new ExecutorId(name, 0), store);
        }
        tracker.register(SHUFFLE, MAPS, REDUCERS);
        cache = new LocationsCache(tracker::snapshot);
        reader = new ShuffleReader(
                new ExecutorStorage(HERE, here()),
                new ArrowBatches(),
                cache,
                network,
                network,
                () -> 0.5,
                settings,
                SameHost.NOBODY,
                FetchMeter.NONE);
        // All on one executor, small enough that chunks join rows of several maps; and an attempt that lost.
        for (int map = 0; map < MAPS; map++) {
            tracker.add(OLD, Exchange.write(stores.get(1), version(map), REDUCERS, rows(map)));
            Exchange.write(stores.get(1), new MapVersion(map, 0, 1), REDUCERS, 5);
        }
    }

    @AfterEach
    void close() throws IOException {
        assertThat(network.openPieces).isZero();
        for (ShuffleStore store : stores) {
            store.close();
        }
    }

    private ShuffleStore here() {
        return stores.get(0);
    }

    private static int rows(int map) {
        return map == 0 ? ROWS : 20;
    }

    private static MapVersion version(int map) {
        return new MapVersion(map, 0, 0);
    }

    private static List<MapVersion> versions(int from, int end) {
        List<MapVersion> versions = new ArrayList<>();
        for (int map = from; map < end; map++) {
            versions.add(version(map));
        }
        return versions;
    }

    private void copy(ExecutorId from, int partition, AdoptedOutputs into) throws Exception {
        WantedVersions wanted = into.wanted();
        reader.copy(
                from,
                SHUFFLE,
                partition,
                wanted,
                map -> false,
                (batch, sources) -> into.add(partition, batch, sources),
                new TaskCounters(),
                () -> false);
    }

    private void move(ShuffleStore to, ExecutorId receiver, List<MapVersion> moved) throws Exception {
        try (AdoptedOutputs adopted = to.adopt(SHUFFLE, REDUCERS, moved)) {
            for (int partition = 0; partition < REDUCERS; partition++) {
                copy(OLD, partition, adopted);
            }
            adopted.commit();
        }
        tracker.move(SHUFFLE, OLD, receiver, moved);
        cache.forget(SHUFFLE);
    }

    private BatchSource open(int partition) throws Exception {
        return reader.open(
                task(partition, 0, 0), SHUFFLE, MAPS, partition, MapRange.ALL, new TaskCounters(), () -> false);
    }

    private void assertEveryRowIsRead(int partition, List<Object> read) {
        List<Object> all = new ArrayList<>();
        for (int map = 0; map < MAPS; map++) {
            all.addAll(expected(version(map), partition, rows(map)));
        }
        assertThat(sorted(read)).isEqualTo(sorted(all));
    }

    private void oldExecutorIsGone() throws IOException {
        network.servers.remove(OLD);
        stores.get(1).close();
    }

    @Test
    void everyRowIsReadOnceFromTheNewPlacesWhenTheOldOneIsGone() throws Exception {
        move(here(), HERE, versions(0, 3));
        move(stores.get(2), OTHER, versions(3, MAPS));
        oldExecutorIsGone();
        for (int partition = 0; partition < REDUCERS; partition++) {
            assertEveryRowIsRead(partition, drain(open(partition)));
        }
        assertThat(tracker.heldBy(OLD)).isEmpty();
        assertThat(tracker.missing(SHUFFLE).isEmpty()).isTrue();
    }

    @Test
    void whatCameInPartsToOnePlaceIsThereOnce() throws Exception {
        for (int map = 0; map < MAPS; map++) {
            move(here(), HERE, versions(map, map + 1));
        }
        // Once more: all is there, and nothing is fetched.
        int asked = network.asked.size();
        try (AdoptedOutputs again = here().adopt(SHUFFLE, REDUCERS, versions(0, MAPS))) {
            assertThat(again.wanted().count()).isZero();
            again.commit();
        }
        oldExecutorIsGone();
        assertThat(network.asked).hasSize(asked);
        assertEveryRowIsRead(1, drain(open(1)));
    }

    @Test
    void aCopyThatIsGivenUpHalfWayLeavesNothingToBeReadLater() throws Exception {
        try (AdoptedOutputs adopted = here().adopt(SHUFFLE, REDUCERS, versions(0, MAPS))) {
            copy(OLD, 0, adopted);
            copy(OLD, 1, adopted);
        }
        move(here(), HERE, versions(0, MAPS));
        oldExecutorIsGone();
        for (int partition = 0; partition < REDUCERS; partition++) {
            assertEveryRowIsRead(partition, drain(open(partition)));
        }
    }

    @Test
    void aReaderWhoseTurnComesAfterTheMoveReadsFromTheNewPlace() throws Exception {
        move(stores.get(2), OTHER, versions(0, 1));
        // One holder at a time: it asks OTHER for map 0, and would then ask OLD for the rest.
        BatchSource source = open(1);
        assertThat(network.asked.get(network.asked.size() - 1)).isEqualTo(OTHER);
        List<MapVersion> rest = versions(1, MAPS);
        move(here(), HERE, rest.subList(0, 2));
        move(stores.get(2), OTHER, rest.subList(2, rest.size()));
        oldExecutorIsGone();
        assertEveryRowIsRead(1, drain(source));
    }

    @Test
    void onlyWhatIsStillTheSameVersionAtTheSamePlaceIsMoved() throws Exception {
        MapVersion newer = new MapVersion(2, 1, 0);
        tracker.add(OLD, Exchange.write(stores.get(1), newer, REDUCERS, 3));
        tracker.add(OTHER, Exchange.write(stores.get(2), new MapVersion(3, 1, 0), REDUCERS, 3));
        long before = tracker.snapshot(SHUFFLE).epoch();
        assertThat(tracker.move(SHUFFLE, OLD, HERE, versions(2, 4))).isFalse();
        assertThat(tracker.move(SHUFFLE, OTHER, HERE, versions(0, 1)))
                .as("the very version, which another holds")
                .isFalse();
        assertThat(tracker.snapshot(SHUFFLE).epoch()).isEqualTo(before);
        assertThat(tracker.move(SHUFFLE, OLD, HERE, versions(1, 4))).isTrue();
        assertThat(tracker.snapshot(SHUFFLE).holder(1)).isEqualTo(HERE);
        assertThat(tracker.snapshot(SHUFFLE).holder(2)).isEqualTo(OLD);
        assertThat(tracker.snapshot(SHUFFLE).version(2)).isEqualTo(newer);
        assertThat(tracker.snapshot(SHUFFLE).holder(3)).isEqualTo(OTHER);
        assertThat(tracker.snapshot(SHUFFLE).epoch()).isGreaterThan(before);
    }

    @Test
    void outputsTheOldPlaceDoesNotHaveAreNotTakenOver() {
        assertThatThrownBy(() -> move(here(), HERE, List.of(new MapVersion(0, 9, 9))))
                .isInstanceOf(FetchFailure.class)
                .hasMessageContaining("there any more");
    }
}
