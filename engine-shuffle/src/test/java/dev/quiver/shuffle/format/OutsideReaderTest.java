package dev.quiver.shuffle.format;

import static dev.quiver.shuffle.Exchange.SHUFFLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.quiver.Pair;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.shape.Shape;
import dev.quiver.shuffle.Exchange;
import dev.quiver.shuffle.store.Durability;
import dev.quiver.shuffle.store.ShuffleStore;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An Arrow implementation that shares no code with Java's opens shuffle files of every shape. Skipped where Node or its
 * package is not there; CONTRIBUTING.md says how to get them.
 */
class OutsideReaderTest {
    private static final Path INTEROP = Path.of("src", "test", "interop");

    /** For rows with a constant of an enum. */
    public enum Colour {
        RED,
        GREEN
    }

    /** For rows of records, one within the other. */
    public record Place(String name, double[] at) {}

    /** For rows of records, one within the other. */
    public record Trip(Place from, Optional<Place> to, int days) {}

    @TempDir
    Path folder;

    /** Two rows of every shape, and a null where a row may be one, under the name that its file gets. */
    private static Map<String, List<Object>> rows() {
        Map<String, List<Object>> rows = new TreeMap<>();
        rows.put("boolean", Arrays.asList(true, false, null));
        rows.put("byte", Arrays.asList((byte) -1, (byte) 127, null));
        rows.put("short", Arrays.asList((short) -1, Short.MAX_VALUE, null));
        rows.put("int", Arrays.asList(-1, Integer.MAX_VALUE, null));
        rows.put("long", Arrays.asList(-1L, Long.MAX_VALUE, null));
        rows.put("float", Arrays.asList(-0.5f, 3e38f, null));
        rows.put("double", Arrays.asList(-0.5, 1e308, null));
        rows.put("char", Arrays.asList('A', '\uFFFF', null));
        rows.put("text", Arrays.asList("", "gr\u00FC\u00DFe \uD83C\uDFF9", null));
        rows.put("bytes", Arrays.asList(new byte[0], new byte[] {0, -1}, null));
        rows.put("enum", Arrays.asList(Colour.RED, Colour.GREEN, null));
        rows.put("date", Arrays.asList(LocalDate.of(1969, 12, 31), LocalDate.of(2024, 2, 29), null));
        rows.put("time", Arrays.asList(LocalTime.MIDNIGHT, LocalTime.of(23, 59, 59, 999_999_999), null));
        rows.put("dateTime", Arrays.asList(LocalDateTime.of(1970, 1, 1, 0, 0, 1, 5), LocalDateTime.MAX, null));
        rows.put("instant", Arrays.asList(Instant.ofEpochSecond(-1, 5), Instant.ofEpochSecond(1 << 30), null));
        rows.put("duration", Arrays.asList(Duration.ofNanos(-1), Duration.ofDays(2), null));
        rows.put("list", Arrays.asList(Arrays.asList("a", null, "b"), List.of(), null));
        rows.put("pairs", Arrays.asList(List.of(Pair.of(1L, "one"), Pair.of(2L, "two")), List.of(), null));
        rows.put("doubles", Arrays.asList(new double[] {1.5, -2}, new double[0], null));
        rows.put("pair", Arrays.asList(Pair.of("k", Pair.of(1, 2.5)), Pair.of(null, Pair.of(3, 4.5))));
        Place here = new Place("here", new double[] {1, 2});
        rows.put(
                "record",
                Arrays.asList(
                        new Trip(here, Optional.of(new Place("there", new double[] {3})), 1),
                        new Trip(here, Optional.empty(), 2)));
        return rows;
    }

    @Test
    void nodeReadsShuffleFilesOfEveryShape() throws Exception {
        for (Map.Entry<String, List<Object>> shape : rows().entrySet()) {
            publish(shape.getKey(), shape.getValue());
        }
        assumeTrue(
                Files.isDirectory(INTEROP.resolve("node_modules/apache-arrow")),
                "the package apache-arrow is not there; run 'npm ci' in " + INTEROP.toAbsolutePath());
        assertThat(node()).isEqualTo(Files.readAllLines(INTEROP.resolve("expected.jsonl")));
    }

    /** As the engine does, from two map tasks, whose rows are joined into one chunk where they have a fixed width. */
    private void publish(String name, List<Object> rows) throws Exception {
        KryoValueSerializer values = new KryoValueSerializer(getClass().getClassLoader());
        Path directory = folder.resolve("store");
        try (ShuffleStore store = Exchange.store(directory, Durability.FILES)) {
            Shape shape = Shape.UNKNOWN;
            for (int map = 0; map < 2; map++) {
                BatchBuilder builder =
                        new BatchBuilder(shape, values, getClass().getClassLoader());
                (map == 0 ? rows.subList(0, 1) : rows.subList(1, rows.size())).forEach(builder::append);
                ColumnBatch batch = builder.seal();
                shape = batch.shape();
                try (MapOutputWriter writer = Exchange.writer(store, new MapVersion(map, 0, 0), 1)) {
                    writer.write(0, batch);
                    writer.commit();
                }
            }
            store.seal(SHUFFLE);
            try (Stream<Path> all = Files.walk(directory)) {
                List<Path> files = all.filter(Files::isRegularFile).toList();
                assertThat(files).as(name).hasSize(1);
                Path file = Files.copy(files.get(0), folder.resolve(name + ".arrow"));
                assertThat(new SegmentVerifier(Disk.system()).verify(file).chunks())
                        .as(name)
                        .isPositive();
            }
        }
    }

    private List<String> node() throws Exception {
        Path output = folder.resolve("output.txt");
        Path errors = folder.resolve("errors.txt");
        Process process;
        try {
            process = new ProcessBuilder("node", INTEROP.resolve("read.mjs").toString(), folder.toString())
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
        } catch (IOException noNode) {
            assumeTrue(false, "node is absent: " + noNode.getMessage());
            return new ArrayList<>();
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
        return Files.readAllLines(output);
    }
}
