package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Dataset;
import dev.quiver.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Executors that are killed at the steps by which a task's file becomes part of the output. */
class CommittedFilesTest extends FaultTest {
    private static final String TWO = "local-cluster[2,1,256]";
    private static final int PARTITIONS = 4;
    private static final int ROWS = 2_000;

    /** R04: the file is closed, and the request to publish it is still on its way. */
    @Test
    void writesOnceWhenAnExecutorDiesBeforeItsRequestToCommitIsHeard() throws Exception {
        killWhen("driver asked:request-commit@executor-0~0 1 late 600000ms; driver asked:request-commit@executor-1~0 1"
                + " late 600000ms");
    }

    /** R05: the grant is given, and the executor has not heard of it. */
    @Test
    void writesOnceWhenAnExecutorDiesBetweenTheGrantAndItsAnswer() throws Exception {
        killWhen("executor-0~0 answered:request-commit 1 late 600000ms; executor-1~0 answered:request-commit 1 late"
                + " 600000ms");
    }

    /** R05: the file is published, and the driver has not heard of it. */
    @Test
    void writesOnceWhenAnExecutorDiesBetweenThePublishedFileAndItsReport() throws Exception {
        killWhen("driver told:report@executor-0~0 1 late 600000ms; driver told:report@executor-1~0 1 late 600000ms");
    }

    /** The connection breaks instead, with the grant under way: the executor ends itself. */
    @Test
    void writesOnceWhenTheConnectionBreaksBetweenTheGrantAndItsAnswer() throws Exception {
        Faults faults = faults("driver asked:request-commit@executor-0~0 1 reset-behind;"
                + "driver asked:request-commit@executor-1~0 1 reset-behind");
        try (Session session = faults.in(session(TWO)).create()) {
            Path output = folder.resolve("output");
            result(start(() -> {
                rows(session, openGate("writing")).saveAsTextFile(output.toString());
                return null;
            }));
            assertWrittenOnce(output);
        }
        assertThat(faults.effective("reset-behind")).isNotEmpty();
    }

    /** Kills every executor whose fault took effect, once it did. */
    private void killWhen(String plan) throws Exception {
        Faults faults = faults(plan);
        try (Session session = faults.in(session(TWO)).create()) {
            Path output = folder.resolve("output");
            Gate writing = gate("writing");
            CompletableFuture<Void> saved = start(() -> {
                rows(session, writing).saveAsTextFile(output.toString());
                return null;
            });
            Set<Long> before = writing.awaitProcesses(2);
            writing.open();
            Eventually.until(
                    "both executors stand still", () -> faults.effective("late").size() >= 2);
            assertThat(saved).isNotDone();
            before.forEach(Processes::kill);
            Processes.awaitEnd(before);
            result(saved);
            assertWrittenOnce(output);
        }
        faults.requireAllEffective();
    }

    private static Dataset<String> rows(Session session, Gate writing) {
        return session.range(0, ROWS, 1, PARTITIONS).map(row -> "row " + row).mapPartitions(rows -> {
            writing.pass();
            return rows;
        });
    }

    /** One file a partition with its rows, the mark of success, and nothing besides. */
    private static void assertWrittenOnce(Path output) throws Exception {
        List<String> names = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.walk(output)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = output.relativize(file).toString();
                names.add(name);
                if (!name.startsWith("_")) {
                    lines.addAll(Files.readAllLines(file));
                }
            }
        }
        assertThat(names).as("files of %s", output).hasSize(PARTITIONS + 1).contains("_SUCCESS");
        assertThat(lines)
                .isEqualTo(
                        IntStream.range(0, ROWS).mapToObj(row -> "row " + row).toList());
    }
}
