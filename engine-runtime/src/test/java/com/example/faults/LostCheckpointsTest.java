package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Dataset;
import dev.quiver.JobFailedException;
import dev.quiver.Session;
import dev.quiver.SessionBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checkpoints, and executors that die after one was made or while it is made. */
class LostCheckpointsTest extends FaultTest {
    private static final String TWO = "local-cluster[2,1,256]";
    private static final List<Long> ROWS = LongStream.range(0, 1000).boxed().toList();

    private Path checkpoints() {
        return folder.resolve("checkpoints");
    }

    private SessionBuilder session() {
        return session(TWO).config("quiver.checkpoint.dir", checkpoints().toString());
    }

    private static Dataset<Long> rows(Session session, Gate computing) {
        return session.range(0, 1000, 1, 4).mapPartitions(rows -> {
            computing.pass();
            return rows;
        });
    }

    private Set<String> files() throws Exception {
        Set<String> names = new HashSet<>();
        try (Stream<Path> tree = Files.walk(checkpoints())) {
            tree.filter(Files::isRegularFile)
                    .forEach(file -> names.add(file.getFileName().toString()));
        }
        return names;
    }

    private static void killAll(Set<Long> processes) throws Exception {
        processes.forEach(Processes::kill);
        Processes.awaitEnd(processes);
    }

    @Test
    void aCheckpointSurvivesTheLossOfEveryExecutor() throws Exception {
        try (Session session = session().create()) {
            Gate computing = openGate("computing");
            Dataset<Long> rows = rows(session, computing).checkpoint();
            assertThat(rows.count()).isEqualTo(1000);
            int before = computing.arrivals().size();
            killAll(computing.processes());
            assertThat(rows.collect()).isEqualTo(ROWS);
            assertThat(computing.arrivals()).as("nothing is computed again").hasSize(before);
        }
    }

    @Test
    void aLocalCheckpointSaysThatItsRowsAreGoneWithTheirExecutor() throws Exception {
        try (Session session = session().create()) {
            Gate computing = openGate("computing");
            Dataset<Long> rows = rows(session, computing).localCheckpoint();
            assertThat(rows.count()).isEqualTo(1000);
            assertThat(rows.collect()).isEqualTo(ROWS);
            killAll(Set.of(computing.processes().iterator().next()));
            assertThatThrownBy(rows::collect)
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("mapPartitions at LostCheckpointsTest.rows")
                    .hasMessageContaining("kept by localCheckpoint() alone, and its executor was lost")
                    .hasMessageContaining("quiver.checkpoint.dir");
        }
    }

    @Test
    void whatAnExecutorLeftHalfWrittenIsNeverRead() throws Exception {
        try (Session session = session().create()) {
            Gate computing = openGate("computing");
            Gate writing = gate("writing");
            Dataset<Long> rows = rows(session, computing)
                    .mapPartitionsWithIndex((partition, all) -> {
                        // The second time is the checkpoint's own job.
                        if (computing.arrivals().size() > 4) {
                            writing.pass();
                        }
                        return all;
                    })
                    .checkpoint();
            CompletableFuture<Long> counted = start(rows::count);
            Set<Long> before = writing.awaitProcesses(2);
            killAll(Set.of(before.iterator().next()));
            Path half = onlyFolder().resolve("part-00000-0.0.0-0.arrow");
            Files.writeString(half, "half a file of an attempt that was never granted");
            writing.open();
            assertThat(result(counted)).isEqualTo(1000);
            assertThat(rows.isCheckpointed()).isTrue();
            assertThat(rows.collect()).isEqualTo(ROWS);
            assertThat(files())
                    .hasSize(5)
                    .contains("_SUCCESS")
                    .doesNotContain(half.getFileName().toString());
        }
    }

    private Path onlyFolder() throws Exception {
        try (Stream<Path> tree = Files.walk(checkpoints(), 2)) {
            return tree.filter(path -> path.getFileName().toString().startsWith("dataset-"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
