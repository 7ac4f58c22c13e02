package dev.quiver.shuffle.storage;

import static dev.quiver.shuffle.Exchange.OPTIONS;
import static dev.quiver.shuffle.Exchange.SHUFFLE;
import static dev.quiver.shuffle.Exchange.expected;
import static dev.quiver.shuffle.Exchange.sorted;
import static dev.quiver.shuffle.Exchange.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.exec.task.FetchFailure;
import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.ExecutorId;
import dev.quiver.shuffle.Exchange;
import dev.quiver.shuffle.compress.CompressionMode;
import dev.quiver.shuffle.compress.FetchMeter;
import dev.quiver.shuffle.format.Disk;
import dev.quiver.shuffle.format.SegmentOptions;
import dev.quiver.shuffle.store.Durability;
import dev.quiver.shuffle.store.ShuffleStore;
import dev.quiver.shuffle.tracker.MapOutputTracker;
import dev.quiver.stage.MapRange;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A shared folder whose files are damaged in every way: rows are right, or the map output is named that is lost. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DamagedSharedFilesTest {
    private static final long SEED = 4_120;
    private static final int TRIALS = 600;
    private static final int MAPS = 4;
    private static final int REDUCERS = 3;
    private static final int ROWS = 700;
    private static final ExecutorId GONE = new ExecutorId("gone", 0);

    @TempDir
    Path folder;

    private final MapOutputTracker tracker = new MapOutputTracker();

    /** What happens to a file. */
    private enum Damage {
        FLIP,
        ZERO,
        CUT,
        EMPTY,
        MISSING,
        SWAP
    }

    private SharedStorage storage(CompressionMode mode) {
        SegmentOptions options = OPTIONS.ofOneSyncedTask(StorageSettings.DIR);
        ShuffleStore store = Exchange.store(
                folder.resolve("own"), Durability.FILES, Exchange.compressed(mode), options, Disk.system());
        return new SharedStorage(folder.resolve("shared"), store, FetchMeter.NONE, 1 << 20);
    }

    private static MapVersion version(int map) {
        return new MapVersion(map, 0, map % 2);
    }

    private Path file(int map, boolean index) {
        String home = "map-" + map + ".0." + map % 2;
        return folder.resolve("shared/shuffle-" + SHUFFLE)
                .resolve(home)
                .resolve(index ? "index" : "schema-0-lane-0-0.arrow");
    }

    @BeforeEach
    void write() throws Exception {
        tracker.register(SHUFFLE, MAPS, REDUCERS);
        for (int map = 0; map < MAPS; map++) {
            try (SharedStorage storage = storage(map % 2 == 0 ? CompressionMode.NONE : CompressionMode.LZ4);
                    MapOutputWriter writer =
                            storage.writer(task(map, 0, map % 2), SHUFFLE, REDUCERS, new TaskCounters())) {
                for (int reduce = 0; reduce < REDUCERS; reduce++) {
                    writer.write(reduce, Exchange.rows(version(map), reduce, ROWS));
                }
                tracker.add(GONE, writer.commit());
            }
        }
    }

    /** The map output that is lost by reading all of the shuffle, or -1 when the rows are right. */
    private int lost(String what) throws Exception {
        try (SharedStorage storage = storage(CompressionMode.NONE)) {
            for (int reduce = 0; reduce < REDUCERS; reduce++) {
                List<Object> all = new ArrayList<>();
                for (int map = 0; map < MAPS; map++) {
                    all.addAll(expected(version(map), reduce, ROWS));
                }
                List<Object> rows = Exchange.drain(SharedStorageTest.reader(storage, tracker)
                        .open(
                                task(reduce, 0, 0),
                                SHUFFLE,
                                MAPS,
                                reduce,
                                MapRange.ALL,
                                new TaskCounters(),
                                () -> false));
                assertThat(sorted(rows).equals(sorted(all)))
                        .as("rows of reduce partition %d after %s are right", reduce, what)
                        .isTrue();
            }
            return -1;
        } catch (FetchFailure lost) {
            assertThat(lost.holder()).as(what).isEqualTo(GONE);
            return lost.mapPartition();
        }
    }

    @Test
    void noDamageIsReadAsRowsAndWhatIsLostIsNamed() throws Exception {
        Map<String, int[]> outcomes = new TreeMap<>();
        for (int trial = 0; trial < TRIALS; trial++) {
            Random random = new Random(SEED + trial);
            boolean index = random.nextInt(3) == 0;
            Damage damage = Damage.values()[random.nextInt(Damage.values().length)];
            int map = random.nextInt(MAPS);
            int other = (map + 1 + random.nextInt(MAPS - 1)) % MAPS;
            Path path = file(map, index);
            Path second = file(other, index);
            byte[] whole = Files.readAllBytes(path);
            byte[] wholeSecond = Files.readAllBytes(second);
            damage(path, second, whole, wholeSecond, damage, random);
            String what = "%s of %s of map output %d, trial %d of seed %d"
                    .formatted(damage, index ? "the index" : "the rows", map, trial, SEED);
            int lost = lost(what);
            Files.write(path, whole);
            Files.write(second, wholeSecond);
            if (damage == Damage.SWAP) {
                assertThat(lost).as(what).isIn(map, other);
            } else {
                assertThat(lost).as(what).isIn(map, -1);
            }
            outcomes.computeIfAbsent((index ? "index " : "rows ") + damage, key -> new int[2])[lost < 0 ? 0 : 1]++;
        }
        assertThat(lost("all is whole again")).isEqualTo(-1);
        String table = outcomes.entrySet().stream()
                .map(outcome -> "\n%s: %d right, %d lost"
                        .formatted(outcome.getKey(), outcome.getValue()[0], outcome.getValue()[1]))
                .reduce("", String::concat);
        outcomes.forEach((what, counts) -> {
            assertThat(counts[1]).as(what + " was found" + table).isPositive();
            // A segment's head and footer are for outside readers; the index is read in full.
            if (what.startsWith("index")
                    || what.endsWith("EMPTY")
                    || what.endsWith("MISSING")
                    || what.endsWith("SWAP")) {
                assertThat(counts[0]).as(what + " went unnoticed" + table).isZero();
            }
        });
        assertThat(outcomes).hasSize(2 * Damage.values().length);
    }

    private static void damage(Path path, Path second, byte[] whole, byte[] wholeSecond, Damage damage, Random random)
            throws IOException {
        byte[] damaged = whole.clone();
        int at = random.nextInt(whole.length);
        switch (damage) {
            case FLIP -> damaged[at] ^= (byte) (1 << random.nextInt(8));
            case ZERO -> {
                int to = Math.min(whole.length, at + 1 + random.nextInt(512));
                Arrays.fill(damaged, at, to, (byte) 0);
                // So that something did change.
                damaged[at] = (byte) (whole[at] == 0 ? 1 : 0);
            }
            case CUT -> damaged = Arrays.copyOf(whole, at);
            case EMPTY -> damaged = new byte[0];
            case MISSING -> damaged = null;
            case SWAP -> {
                damaged = wholeSecond;
                Files.write(second, whole);
            }
        }
        if (damaged == null) {
            Files.delete(path);
        } else {
            Files.write(path, damaged);
        }
    }
}
