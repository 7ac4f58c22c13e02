package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Dataset;
import dev.quiver.Session;
import dev.quiver.StorageLevel;
import dev.quiver.runtime.driver.KeptCopies;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Cached partitions on several executors, when these are killed or their files are damaged. */
class LostReplicasTest extends FaultTest {
    private static final int PARTITIONS = 6;
    private static final long ROWS = 60_000;
    private static final long SUM = ROWS * (ROWS - 1) / 2 * 3;

    private static Dataset<Long> cached(Session session, Gate computing, StorageLevel level) {
        return session.range(0, ROWS, 1, PARTITIONS)
                .mapPartitions(rows -> {
                    computing.arrive();
                    return rows;
                })
                .map(row -> row * 3)
                .persist(level);
    }

    @Test
    void partitionsOnTwoExecutorsOutliveOneAfterTheOtherWithoutBeingComputedAgain() throws Exception {
        try (Session session = session("local-cluster[3,1,256]").create()) {
            Gate computing = openGate("computing");
            Gate reading = openGate("reading");
            Dataset<Long> cached = cached(session, computing, StorageLevel.DISK_ONLY_2);
            assertThat(cached.reduce(Long::sum)).isEqualTo(SUM);
            for (int round = 0; round < 2; round++) {
                awaitCopies(2 * PARTITIONS);
                long killed = cached.mapPartitions(rows -> {
                            reading.arrive();
                            return List.of(ProcessHandle.current().pid()).iterator();
                        })
                        .collect()
                        .get(round);
                Processes.kill(killed);
                Processes.awaitEnd(List.of(killed));
                assertThat(cached.reduce(Long::sum)).isEqualTo(SUM);
                assertThat(computing.arrivals()).as("computed, round %d", round).hasSize(PARTITIONS);
            }
            awaitCopies(2 * PARTITIONS);
            cached.unpersist();
            awaitCopies(0);
        }
    }

    @Test
    void noLevelOfTwoReplicasInMemoryIsComputedAgainWhenExecutorsAreKilledOneAfterTheOther() throws Exception {
        Set<StorageLevel> levels = new LinkedHashSet<>(List.of(
                StorageLevel.MEMORY_ONLY_2,
                StorageLevel.MEMORY_ONLY_SER_2,
                StorageLevel.MEMORY_AND_DISK_2,
                StorageLevel.MEMORY_AND_DISK_SER_2));
        try (Session session = session("local-cluster[3,1,256]").create()) {
            for (StorageLevel level : levels) {
                Gate computing = openGate("computing-" + level);
                Dataset<Long> cached = cached(session, computing, level);
                assertThat(cached.reduce(Long::sum)).isEqualTo(SUM);
                for (int round = 0; round < 2; round++) {
                    awaitCopies(session, cached, 2);
                    long killed = readers(cached).get(round);
                    Processes.kill(killed);
                    Processes.awaitEnd(List.of(killed));
                    assertThat(cached.reduce(Long::sum)).as("%s", level).isEqualTo(SUM);
                    assertThat(computing.arrivals())
                            .as("computed under %s, round %d", level, round)
                            .hasSize(PARTITIONS);
                }
                awaitCopies(session, cached, 2);
                cached.unpersist();
            }
        }
    }

    @Test
    void withoutReplicasWhatTheKilledExecutorHeldIsComputedAgainAndNothingElse() throws Exception {
        try (Session session = session("local-cluster[3,1,256]").create()) {
            for (StorageLevel level :
                    List.of(StorageLevel.MEMORY_ONLY, StorageLevel.MEMORY_AND_DISK, StorageLevel.DISK_ONLY)) {
                Gate computing = openGate("computing-" + level);
                Dataset<Long> cached = cached(session, computing, level);
                assertThat(cached.reduce(Long::sum)).isEqualTo(SUM);
                awaitCopies(session, cached, 1);
                long killed = computing.arrivals().get(0).process();
                long held = computing.arrivals().stream()
                        .filter(arrival -> arrival.process() == killed)
                        .count();
                Processes.kill(killed);
                Processes.awaitEnd(List.of(killed));
                assertThat(cached.reduce(Long::sum)).as("%s", level).isEqualTo(SUM);
                assertThat(computing.arrivals()).as("%s", level).hasSize((int) (PARTITIONS + held));
                cached.unpersist();
            }
        }
    }

    /** The processes that read each partition. */
    private static List<Long> readers(Dataset<Long> cached) {
        return cached.mapPartitions(
                        rows -> List.of(ProcessHandle.current().pid()).iterator())
                .collect();
    }

    private static void awaitCopies(Session session, Dataset<Long> cached, int count) throws Exception {
        Eventually.until(
                "there are " + count + " copies of each partition",
                () -> KeptCopies.of(session, cached).stream().allMatch(copies -> copies == count));
    }

    @Test
    void aReplicaThatWasDamagedIsReadFromAnotherExecutorOrComputedAgain() throws Exception {
        try (Session session = session("local-cluster[2,1,256]").create()) {
            Gate computing = openGate("computing");
            Dataset<Long> cached = cached(session, computing, StorageLevel.DISK_ONLY_2);
            assertThat(cached.reduce(Long::sum)).isEqualTo(SUM);
            awaitCopies(2 * PARTITIONS);
            Set<String> damaged = new TreeSet<>();
            for (Path file : copies()) {
                if (damaged.add(file.getFileName().toString())) {
                    flipAByte(file);
                }
            }
            assertThat(damaged).hasSize(PARTITIONS);
            assertThat(cached.reduce(Long::sum)).isEqualTo(SUM);
            assertThat(cached.reduce(Long::sum)).isEqualTo(SUM);
            assertThat(computing.arrivals()).hasSize(PARTITIONS);
            for (Path file : copies()) {
                Files.delete(file);
            }
            assertThat(cached.reduce(Long::sum)).isEqualTo(SUM);
            assertThat(computing.arrivals()).hasSize(2 * PARTITIONS);
        }
    }

    @Test
    void levelsOfMoreReplicasThanExecutorsReadBackEqual() throws Exception {
        try (Session session = session("local-cluster[2,1,256]").create()) {
            for (StorageLevel level : List.of(
                    StorageLevel.MEMORY_ONLY,
                    StorageLevel.MEMORY_ONLY_2,
                    StorageLevel.MEMORY_AND_DISK_2,
                    StorageLevel.DISK_ONLY,
                    StorageLevel.DISK_ONLY_3,
                    StorageLevel.of(true, true, 7))) {
                Gate computing = openGate("computing-" + level);
                Dataset<Long> cached = cached(session, computing, level);
                for (int pass = 0; pass < 3; pass++) {
                    assertThat(cached.reduce(Long::sum)).as("%s", level).isEqualTo(SUM);
                }
                assertThat(computing.arrivals()).as("%s", level).hasSize(PARTITIONS);
                cached.unpersist();
            }
            awaitCopies(0);
        }
    }

    private void awaitCopies(int count) throws Exception {
        Eventually.until(count + " copies are on disk", () -> copies().size() == count);
    }

    /** Complete files of cached partitions, on all executors that live. */
    private List<Path> copies() throws IOException {
        for (int attempt = 0; ; attempt++) {
            try (Stream<Path> all = Files.walk(local)) {
                Iterator<Path> files = all.filter(
                                file -> file.getFileName().toString().matches("cached_\\d+_\\d+\\.arrow"))
                        .sorted()
                        .iterator();
                List<Path> found = new java.util.ArrayList<>();
                files.forEachRemaining(found::add);
                return found;
            } catch (UncheckedIOException changedMeanwhile) {
                if (attempt == 100) {
                    throw changedMeanwhile;
                }
            }
        }
    }

    private static void flipAByte(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(bytes.length() / 2);
            int old = bytes.read();
            bytes.seek(bytes.length() / 2);
            bytes.write(old ^ 8);
        }
    }
}
