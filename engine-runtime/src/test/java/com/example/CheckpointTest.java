package com.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Accumulator;
import dev.quiver.Dataset;
import dev.quiver.JobFailedException;
import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.QuiverException;
import dev.quiver.Session;
import dev.quiver.SessionBuilder;
import dev.quiver.StorageLevel;
import dev.quiver.UsageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
    private static final String ONE = "local[2]";
    private static final String MANY = "local-cluster[2,1,512]";

    @TempDir
    Path folder;

    record Trade(int id, String name, double price) {}

    private SessionBuilder builder(String master) throws IOException {
        Path local = folder.resolve("local");
        Files.createDirectories(local);
        return Session.builder()
                .appName("checkpoints")
                .master(master)
                .config("quiver.local.dir", local.toString())
                .config("quiver.checkpoint.dir", checkpoints().toString());
    }

    private Path checkpoints() {
        return folder.resolve("shared").resolve("checkpoints");
    }

    private List<Path> files(String ending) throws IOException {
        while (true) {
            try (Stream<Path> tree = Files.walk(folder.resolve("shared"))) {
                return tree.filter(file -> file.getFileName().toString().endsWith(ending))
                        .sorted()
                        .toList();
            } catch (UncheckedIOException changed) {
                // Something was deleted while it was looked at: look again.
                assertThat(changed).hasCauseInstanceOf(NoSuchFileException.class);
            }
        }
    }

    private static List<Long> longs(long end) {
        return LongStream.range(0, end).boxed().toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {ONE, MANY})
    void readsTheFilesAfterTheNextActionInsteadOfComputing(String master) throws Exception {
        try (Session session = builder(master).create()) {
            Accumulator<Long> computed = session.longAccumulator("computed");
            Dataset<Long> rows = session.range(0, 5000, 1, 3)
                    .map(row -> {
                        computed.add(1L);
                        return row;
                    })
                    .checkpoint();
            assertThat(rows.isCheckpointed()).isFalse();
            assertThat(rows.filter(row -> row >= 0).count()).isEqualTo(5000);
            assertThat(rows.isCheckpointed()).isTrue();
            assertThat(computed.value())
                    .as("by the action and by the checkpoint")
                    .isEqualTo(10_000);
            assertThat(rows.collect()).isEqualTo(longs(5000));
            assertThat(rows.map(row -> row + 1).reduce(Long::sum)).isEqualTo(5000L * 5001 / 2);
            assertThat(computed.value()).isEqualTo(10_000);
            assertThat(files(".arrow")).hasSize(3);
            assertThat(files("_SUCCESS")).hasSize(1);
            assertThat(rows.explanation()).doesNotContain("range at").contains("as it was before the checkpoint");
        }
        assertThat(files("_SUCCESS")).as("kept when the session ends").hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {ONE, MANY})
    void computesAPersistedDatasetOnceAndKeepsPartitioner(String master) throws Exception {
        try (Session session = builder(master).create()) {
            Accumulator<Long> computed = session.longAccumulator("computed");
            Keyed<Long, Long> sums = session.range(0, 1000, 1, 4)
                    .mapToPair(row -> {
                        computed.add(1L);
                        return Pair.of(row % 10, row);
                    })
                    .reduceByKey(Long::sum, 3)
                    .persist(StorageLevel.MEMORY_AND_DISK)
                    .checkpoint();
            assertThat(sums.count()).isEqualTo(10);
            assertThat(sums.isCheckpointed()).isTrue();
            assertThat(computed.value()).isEqualTo(1000);
            sums.unpersist();
            Keyed<Long, Long> again = sums.reduceByKey(Long::sum, 3);
            assertThat(again.explanation()).doesNotContain("a shuffle into");
            assertThat(again.collectAsMap()).hasSize(10).containsEntry(3L, 49_800L);
            assertThat(computed.value()).isEqualTo(1000);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "lz4", "zstd", "auto"})
    void bringsBackRowsOfEveryKindInOrder(String codec) throws Exception {
        try (Session session =
                builder(ONE).config("quiver.checkpoint.compress", codec).create()) {
            List<Trade> trades = new ArrayList<>();
            List<Object> mixed = new ArrayList<>();
            for (int id = 0; id < 20_000; id++) {
                trades.add(new Trade(id, id % 7 == 0 ? null : "name " + id % 100, id / 3.0));
                mixed.add(id % 5000 < 2500 ? (Object) id : "text " + id);
            }
            mixed.set(7, null);
            Dataset<Trade> records = session.parallelize(trades, 3).checkpoint();
            Dataset<Object> objects = session.parallelize(mixed, 2).checkpoint();
            Dataset<Long> empty = session.range(0, 0, 1, 4).checkpoint();
            assertThat(records.collect()).isEqualTo(trades);
            assertThat(records.collect()).as("from files").isEqualTo(trades);
            assertThat(objects.collect()).isEqualTo(mixed);
            assertThat(objects.collect()).as("from files").isEqualTo(mixed);
            assertThat(empty.count()).isZero();
            assertThat(empty.count()).isZero();
            assertThat(records.isCheckpointed() && objects.isCheckpointed() && empty.isCheckpointed())
                    .isTrue();
        }
    }

    @Test
    void compressesItsFiles() throws Exception {
        long plain = checkpointedBytes("none");
        assertThat(checkpointedBytes("lz4")).isLessThan(plain * 3 / 4);
    }

    private long checkpointedBytes(String codec) throws Exception {
        try (Session session =
                builder(ONE).config("quiver.checkpoint.compress", codec).create()) {
            session.range(0, 50_000, 1, 1)
                    .map(row -> "customer number " + row % 100)
                    .checkpoint()
                    .count();
            long bytes = 0;
            for (Path file : files(".arrow")) {
                if (file.toString().contains(session.applicationId())) {
                    bytes += Files.size(file);
                }
            }
            return bytes;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {ONE, MANY})
    void aLoopOfTwoHundredStepsKeepsAShortLineage(String master) throws Exception {
        try (Session session = builder(master).create()) {
            Dataset<Long> state = session.range(0, 100, 1, 2);
            int longest = 0;
            for (int step = 1; step <= 200; step++) {
                state = state.map(row -> row + 1);
                if (step % 10 == 0) {
                    state.persist(StorageLevel.MEMORY_AND_DISK).checkpoint();
                    assertThat(state.count()).isEqualTo(100);
                    state.unpersist();
                }
                longest = Math.max(longest, operators(state));
            }
            assertThat(longest)
                    .as("operators in a plan, the one that reads the files included")
                    .isEqualTo(10);
            assertThat(state.collect()).isEqualTo(longs(300).subList(200, 300));
        }
    }

    private static int operators(Dataset<?> rows) {
        return (int) rows.explanation()
                .lines()
                .filter(line -> line.matches("  \\d+ map at .*"))
                .count();
    }

    @Test
    void refusesACheckpointWithoutAFolderAndSaysHowToSetIt() {
        try (Session session =
                Session.builder().appName("checkpoints").master(ONE).create()) {
            Dataset<Long> rows = session.range(10);
            assertThatThrownBy(() -> rows.checkpoint())
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("checkpoint at CheckpointTest.")
                    .hasMessageContaining("config(\"quiver.checkpoint.dir\"");
        }
    }

    @Test
    void namesAFileThatIsMissingOrDamaged() throws Exception {
        try (Session session = builder(ONE).create()) {
            Dataset<Long> rows =
                    session.range(0, 2000, 1, 2).map(row -> row * 3).checkpoint();
            rows.count();
            Path file = files(".arrow").get(1);
            byte[] whole = Files.readAllBytes(file);
            byte[] damaged = whole.clone();
            damaged[damaged.length / 2] ^= 4;
            Files.write(file, damaged);
            assertThatThrownBy(rows::collect)
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("damaged");
            Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
            assertThatThrownBy(rows::collect).hasMessageContaining(file.toString());
            Files.copy(files(".arrow").get(0), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            assertThatThrownBy(rows::collect)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("replaced by another");
            Files.delete(file);
            assertThatThrownBy(rows::collect)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("missing");
            Files.write(file, whole);
            assertThat(rows.count()).isEqualTo(2000);
        }
    }

    @Test
    void aCheckpointThatFailsHalfWayLeavesTheLineageAndNoFiles() throws Exception {
        try (Session session = builder(ONE).create()) {
            String trap = folder.resolve("trap").toString();
            Dataset<Long> rows = session.range(0, 4, 1, 4)
                    .map(row -> {
                        if (row == 3 && Files.exists(Path.of(trap))) {
                            throw new IllegalStateException("no more");
                        }
                        return row;
                    })
                    .checkpoint();
            Files.createFile(Path.of(trap));
            assertThatThrownBy(rows::count).hasMessageContaining("no more");
            Dataset<Long> first = rows.filter(row -> row < 3);
            assertThatThrownBy(() -> first.take(1))
                    .as("the action computes partition 0 alone, the checkpoint all")
                    .hasMessageContaining("no more");
            assertThat(rows.isCheckpointed()).isFalse();
            assertThat(files(".arrow")).isEmpty();
            assertThat(files("_SUCCESS")).isEmpty();
            Files.delete(Path.of(trap));
            assertThat(rows.collect()).isEqualTo(longs(4));
            assertThat(rows.isCheckpointed()).isTrue();
            assertThat(rows.collect()).isEqualTo(longs(4));
        }
    }

    @Test
    void removesTheFilesOfADatasetThatNothingCanReach() throws Exception {
        try (Session session = builder(ONE)
                .config("quiver.checkpoint.cleanUnreachable", "true")
                .create()) {
            session.range(0, 10, 1, 1).map(row -> row).checkpoint().count();
            long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
            while (!files("_SUCCESS").isEmpty()) {
                assertThat(System.nanoTime()).as("the files are gone in time").isLessThan(deadline);
                System.gc();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {ONE, MANY})
    void aLocalCheckpointKeepsEveryPartitionOnExecutorsAndCutsTheLineage(String master) throws Exception {
        try (Session session = builder(master).create()) {
            Accumulator<Long> computed = session.longAccumulator("computed");
            Dataset<Long> rows = session.range(0, 1000, 1, 4)
                    .map(row -> {
                        computed.add(1L);
                        return row;
                    })
                    .localCheckpoint();
            assertThat(rows.take(1)).containsExactly(0L);
            assertThat(rows.isCheckpointed()).isTrue();
            assertThat(rows.collect()).isEqualTo(longs(1000));
            assertThat(computed.value())
                    .as("take computed a row or more of the first")
                    .isBetween(1000L, 1250L);
            assertThat(rows.explanation()).doesNotContain("range at");
            rows.unpersist();
            assertThatThrownBy(rows::count)
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("kept by localCheckpoint() alone")
                    .hasMessageContaining("unpersisted");
        }
    }

    @Test
    void aLocalCheckpointWantsALevelThatDropsNoRows() throws Exception {
        try (Session session = builder(ONE).create()) {
            Dataset<Long> rows = session.range(10).map(row -> row).cache();
            assertThatThrownBy(rows::localCheckpoint)
                    .isInstanceOf(QuiverException.class)
                    .hasMessageContaining("persisted at MEMORY_ONLY")
                    .hasMessageContaining("MEMORY_AND_DISK");
        }
    }
}
