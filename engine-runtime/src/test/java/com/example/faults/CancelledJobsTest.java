package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.JobFailedException;
import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.Session;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** R59: jobs that are cancelled in each of their phases give back slots and files, and their executors live on. */
class CancelledJobsTest extends FaultTest {
    private static final int PARTITIONS = 4;
    private static final long ROWS = 40_000;

    @ParameterizedTest
    @ValueSource(strings = {"mapping", "reducing", "saving", "caching"})
    void givesBackSlotsAndFilesWhereverItIsCancelled(String phase) throws Exception {
        try (Session session = session("local-cluster[2,1,256]").create()) {
            Set<Long> executors = executors(session, "before");
            Gate stop = gate("stop");
            Path output = folder.resolve("output");
            CompletableFuture<Thread> user = new CompletableFuture<>();
            CompletableFuture<Void> job = start(() -> {
                user.complete(Thread.currentThread());
                run(session, phase, stop, output);
                return null;
            });
            stop.awaitProcesses(2);
            result(user).interrupt();
            assertThat(failure(job)).isInstanceOf(JobFailedException.class).hasMessageContaining("interrupted");
            assertThat(executors(session, "after")).as("executors").isEqualTo(executors);
            Eventually.until(
                    "files of tasks are gone",
                    Duration.ofSeconds(20),
                    () -> unfinished(output).isEmpty() && unfinished(local).isEmpty());
            assertThat(Files.exists(output.resolve("_SUCCESS"))).isFalse();
        }
    }

    private static void run(Session session, String phase, Gate stop, Path output) {
        Keyed<Long, Long> pairs = session.range(0, ROWS, 1, PARTITIONS)
                .map(row -> stopAt(phase.equals("mapping") && row % 10_000 == 5_000, stop, row))
                .mapToPair(row -> Pair.of(row % 1_000, row));
        if (phase.equals("caching")) {
            pairs.rows()
                    .map(pair -> stopAt(pair.value() % 10_000 == 9_999, stop, pair))
                    .cache()
                    .count();
            return;
        }
        pairs.groupByKey(PARTITIONS)
                .rows()
                .map(pair -> stopAt(phase.equals("reducing") && pair.key() % 200 == 7, stop, pair.key()))
                .map(key -> stopAt(phase.equals("saving") && key % 200 == 7, stop, "key " + key))
                .saveAsTextFile(output.toString());
    }

    private static <T> T stopAt(boolean here, Gate stop, T row) throws InterruptedException {
        if (here) {
            stop.passUnlessStopped();
        }
        return row;
    }

    /** Both executors, which answer only when they have their slots back. */
    private Set<Long> executors(Session session, String when) throws Exception {
        Gate meeting = gate("meeting-" + when);
        CompletableFuture<Long> count = start(() -> session.range(0, 2, 1, 2)
                .map(row -> {
                    meeting.pass();
                    return row;
                })
                .count());
        Set<Long> processes = meeting.awaitProcesses(2);
        meeting.open();
        assertThat(result(count)).isEqualTo(2);
        return processes;
    }

    /** What tasks leave that did not end: attempts of output, spilled runs. */
    private static Set<String> unfinished(Path folder) throws Exception {
        if (!Files.exists(folder)) {
            return Set.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(Path::toString)
                    .filter(name -> name.contains("/_temporary/") || name.contains("/spill/"))
                    .filter(name -> Files.isRegularFile(Path.of(name)))
                    .collect(Collectors.toSet());
        } catch (UncheckedIOException changedMeanwhile) {
            return Set.of("unknown");
        }
    }
}
