package dev.quiver.shuffle.reader;

import static dev.quiver.shuffle.Exchange.SETTINGS;
import static dev.quiver.shuffle.Exchange.SHUFFLE;
import static dev.quiver.shuffle.Exchange.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.FetchFailure;
import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.ExecutorId;
import dev.quiver.shape.Shape;
import dev.quiver.shuffle.Exchange;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.shuffle.compress.FetchMeter;
import dev.quiver.shuffle.format.Disk;
import dev.quiver.shuffle.store.Durability;
import dev.quiver.shuffle.store.PartitionView;
import dev.quiver.shuffle.store.ShuffleStore;
import dev.quiver.shuffle.store.StoredChunk;
import dev.quiver.shuffle.tracker.MapOutputTracker;
import dev.quiver.stage.MapRange;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A shuffle whose files and answers are damaged in every place and way: what is read is what was written, or the map output
 * counts as lost. Read in the holder's process, from another one on its host, and from afar.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DamagedShuffleTest {
    private static final long SEED = 1_204;
    private static final int TRIALS = 1_000;
    private static final int TRIALS_A_SHUFFLE = 50;
    private static final int MAPS = 3;
    private static final int REDUCERS = 2;
    private static final int ROWS = 150;
    private static final ExecutorId HOLDER = new ExecutorId("holder", 0);
    private static final String HOST = "this host";
    private static final ExecutorId FAR = new ExecutorId("far", 0);

    @TempDir
    Path folder;

    record Row(long id, String name, Double weight, List<Integer> marks, byte[] blob) {}

    /** The parts of a file. */
    private enum Part {
        MAGIC,
        SCHEMA,
        MESSAGE_HEAD,
        BODY,
        FOOTER
    }

    /** What happens to some bytes of a file. */
    private enum Damage {
        FLIP,
        ZERO,
        CUT,
        EMPTY,
        SWAP
    }

    /** Where a reader is. */
    private enum Reader {
        HERE,
        SAME_HOST,
        AFAR
    }

    /** One shuffle on one executor, and readers here and far. */
    private final class Shuffle implements AutoCloseable {
        private final Path root = folder.resolve("shuffle");
        private final ShuffleStore store = Exchange.store(root, Durability.FILES);
        private final ShuffleStore nothing = Exchange.store(folder.resolve("nothing"), Durability.FILES);
        private final FakeNetwork network = new FakeNetwork(SETTINGS.fetchTimeout());
        private final MapOutputTracker tracker = new MapOutputTracker();
        private final List<List<String>> expected = new ArrayList<>();
        private final MapVersion[] versions = new MapVersion[MAPS];

        Shuffle(Random random) throws Exception {
            network.host = HOST;
            network.add(HOLDER, store);
            tracker.register(SHUFFLE, MAPS, REDUCERS);
            for (int reduce = 0; reduce < REDUCERS; reduce++) {
                expected.add(new ArrayList<>());
            }
            for (int map = 0; map < MAPS; map++) {
                versions[map] = new MapVersion(map, 0, 0);
                try (MapOutputWriter writer = Exchange.writer(store, versions[map], REDUCERS)) {
                    for (int reduce = 0; reduce < REDUCERS; reduce++) {
                        writer.write(reduce, batch(random, expected.get(reduce)));
                    }
                    tracker.add(HOLDER, writer.commit());
                }
            }
            expected.forEach(rows -> rows.sort(null));
            store.seal(SHUFFLE);
        }

        private ColumnBatch batch(Random random, List<String> into) {
            BatchBuilder builder = Exchange.builder(Shape.UNKNOWN);
            for (int row = 0; row < ROWS; row++) {
                byte[] blob = new byte[random.nextInt(60)];
                random.nextBytes(blob);
                Row next = new Row(
                        random.nextLong(),
                        "näme".repeat(random.nextInt(4)),
                        random.nextInt(5) == 0 ? null : random.nextDouble(),
                        random.ints(random.nextInt(4)).boxed().toList(),
                        blob);
                builder.append(next);
                into.add(text(next));
            }
            return builder.seal();
        }

        List<StoredChunk.InFile> chunks(int reduce) {
            WantedVersions wanted = Exchange.wanted(versions);
            try (PartitionView view = store.read(SHUFFLE, reduce, wanted, 0)) {
                return view.chunks().stream()
                        .map(StoredChunk.InFile.class::cast)
                        .toList();
            }
        }

        /** Null when the rows were given up, else whether they are right. */
        Boolean read(Reader from, int reduce) throws Exception {
            ShuffleReader reader = new ShuffleReader(
                    from == Reader.HERE ? HOLDER : FAR,
                    from == Reader.HERE ? store : nothing,
                    new LocationsCache(tracker::snapshot),
                    network,
                    network,
                    () -> 0.5,
                    SETTINGS,
                    from == Reader.SAME_HOST ? new SameHost(HOST, Disk.system()) : SameHost.NOBODY,
                    FetchMeter.NONE);
            List<String> rows = new ArrayList<>();
            try (BatchSource source = reader.open(
                    task(reduce, 0, 0), SHUFFLE, MAPS, reduce, MapRange.ALL, new TaskCounters(), () -> false)) {
                for (ColumnBatch batch = source.next(); batch != null; batch = source.next()) {
                    Exchange.objects(batch).forEach(row -> rows.add(text((Row) row)));
                }
            } catch (FetchFailure lost) {
                return null;
            }
            rows.sort(null);
            return rows.equals(expected.get(reduce));
        }

        @Override
        public void close() throws IOException {
            assertThat(network.openPieces).isZero();
            store.close();
            nothing.close();
            assertThat(root).doesNotExist();
        }
    }

    private static String text(Row row) {
        return row.id + row.name + row.weight + row.marks + Arrays.toString(row.blob);
    }

    @Test
    void noByteOfAFileCanBeDamagedSoThatAWrongRowIsRead() throws Exception {
        Map<Part, Map<Damage, int[]>> outcomes = new EnumMap<>(Part.class);
        for (int first = 0; first < TRIALS; first += TRIALS_A_SHUFFLE) {
            try (Shuffle shuffle = new Shuffle(new Random(SEED + first))) {
                for (int trial = first; trial < first + TRIALS_A_SHUFFLE; trial++) {
                    damageAFile(shuffle, trial, outcomes);
                }
            }
        }
        StringBuilder table = new StringBuilder();
        outcomes.forEach((part, damages) -> damages.forEach((damage, counts) ->
                table.append("\n%s %s: %d right, %d given up".formatted(part, damage, counts[0], counts[1]))));
        int[] flippedBodies = outcomes.get(Part.BODY).get(Damage.FLIP);
        assertThat(flippedBodies[0])
                .as("reads of a flipped body that went unnoticed" + table)
                .isZero();
        assertThat(flippedBodies[1]).as("flipped bodies" + table).isPositive();
        assertThat(outcomes.get(Part.BODY).get(Damage.SWAP)[1])
                .as("swapped chunks" + table)
                .isPositive();
    }

    private void damageAFile(Shuffle shuffle, int trial, Map<Part, Map<Damage, int[]>> outcomes) throws Exception {
        Random random = new Random(SEED * 31 + trial);
        int reduce = random.nextInt(REDUCERS);
        List<StoredChunk.InFile> chunks = shuffle.chunks(reduce);
        StoredChunk.InFile chunk = chunks.get(random.nextInt(chunks.size()));
        Path path = chunk.file().path();
        byte[] whole = Files.readAllBytes(path);
        Part part = Part.values()[random.nextInt(Part.values().length)];
        Damage damage = Damage.values()[random.nextInt(Damage.values().length)];
        byte[] damaged = damaged(whole, chunk, chunks, part, damage, random);
        String what = "trial %d of seed %d: %s of %s, reduce partition %d, %s"
                .formatted(trial, SEED, damage, part, reduce, path.getFileName());
        Files.write(path, damaged);
        int[] counts =
                outcomes.computeIfAbsent(part, key -> new TreeMap<>()).computeIfAbsent(damage, key -> new int[2]);
        for (Reader from : Reader.values()) {
            Boolean right = shuffle.read(from, reduce);
            assertThat(right).as(what + ", read by one " + from).isNotEqualTo(false);
            counts[right == null ? 1 : 0]++;
        }
        Files.write(path, whole);
        assertThat(shuffle.read(Reader.values()[random.nextInt(Reader.values().length)], reduce))
                .as(what + ", put right again")
                .isTrue();
    }

    /** Where a part of the file is that holds a chunk. */
    private static int[] range(byte[] whole, StoredChunk.InFile chunk, Part part) {
        int start = (int) chunk.offset();
        int end = start + chunk.length();
        int schema = chunk.file().schemaMessage().length;
        int head = start
                + 8
                + ByteBuffer.wrap(whole, start + 4, 4)
                        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                        .getInt();
        return switch (part) {
            case MAGIC -> new int[] {0, 8};
            case SCHEMA -> new int[] {8, 8 + schema};
            case MESSAGE_HEAD -> new int[] {start, head};
            case BODY -> new int[] {head, end};
            case FOOTER -> new int[] {(int) chunk.file().sizeBytes(), whole.length};
        };
    }

    private static byte[] damaged(
            byte[] whole,
            StoredChunk.InFile chunk,
            List<StoredChunk.InFile> chunks,
            Part part,
            Damage damage,
            Random random) {
        int[] range = range(whole, chunk, part);
        int at = range[0] + random.nextInt(range[1] - range[0]);
        byte[] bytes = whole.clone();
        switch (damage) {
            case FLIP -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case ZERO -> Arrays.fill(bytes, at, Math.min(range[1], at + 1 + random.nextInt(64)), (byte) 0);
            case CUT -> bytes = Arrays.copyOf(bytes, at);
            case EMPTY -> bytes = new byte[0];
            case SWAP -> {
                StoredChunk.InFile other = chunks.get(random.nextInt(chunks.size()));
                int length = Math.min(chunk.length(), other.length());
                if (other.file() == chunk.file()) {
                    System.arraycopy(whole, (int) other.offset(), bytes, (int) chunk.offset(), length);
                    System.arraycopy(whole, (int) chunk.offset(), bytes, (int) other.offset(), length);
                }
            }
        }
        return bytes;
    }

    @Test
    void noByteOfAnAnswerCanBeDamagedSoThatAWrongRowIsRead() throws Exception {
        int given = 0;
        for (int first = 0; first < TRIALS; first += TRIALS_A_SHUFFLE) {
            try (Shuffle shuffle = new Shuffle(new Random(SEED + first))) {
                for (int trial = first; trial < first + TRIALS_A_SHUFFLE; trial++) {
                    given += damageAnswers(shuffle, trial);
                }
            }
        }
        assertThat(given)
                .as("answers that were damaged each time, and given up")
                .isPositive();
    }

    /** Says 1 when the read was given up, as it may be when every answer is damaged. */
    private static int damageAnswers(Shuffle shuffle, int trial) throws Exception {
        Random random = new Random(SEED * 37 + trial);
        int reduce = random.nextInt(REDUCERS);
        boolean always = random.nextInt(4) == 0;
        int kind = random.nextInt(4);
        int[] fetches = {0};
        shuffle.network.fault = (holder, fetch, whole) -> {
            byte[] bytes = whole.bytes();
            if (bytes.length == 0 || fetches[0]++ > 0 && !always) {
                return whole;
            }
            int at = random.nextInt(bytes.length);
            byte[] changed = bytes.clone();
            String end = shuffle.network.broken(whole);
            if (kind == 0) {
                changed[at] ^= (byte) (1 << random.nextInt(8));
                return new FakeNetwork.Delivery(changed, end);
            } else if (kind == 1) {
                Arrays.fill(changed, at, Math.min(changed.length, at + 20), (byte) random.nextInt());
                return new FakeNetwork.Delivery(changed, end);
            } else if (kind == 2) {
                return new FakeNetwork.Delivery(Arrays.copyOf(bytes, at), null);
            }
            return new FakeNetwork.Delivery(Arrays.copyOf(bytes, at), "connection reset");
        };
        Boolean right = shuffle.read(random.nextBoolean() ? Reader.AFAR : Reader.SAME_HOST, reduce);
        String what = "trial %d of seed %d: kind %d, reduce partition %d, each answer damaged: %s"
                .formatted(trial, SEED, kind, reduce, always);
        assertThat(right).as(what).isNotEqualTo(false);
        if (!always) {
            assertThat(right).as(what).isTrue();
        }
        shuffle.network.fault = (holder, fetch, whole) -> whole;
        return right == null ? 1 : 0;
    }
}
