package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.JobFailedException;
import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.QuiverException;
import dev.quiver.Session;
import dev.quiver.TaskContext;
import dev.quiver.lineage.HashPartitioner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Many shuffles through one session, failed and cancelled ones among them, and what is left of them: nothing. */
class ThousandShufflesTest extends FaultTest {
    private static final long SEED = 77;
    private static final int SHUFFLES = 1_000;
    private static final int WARM_UP = 60;
    private static final int PARTITIONS = 4;

    /** Handles that come and go with threads and connections, whatever shuffles do. */
    private static final int FEW_HANDLES = 12;

    private final Random random = new Random(SEED);

    @Test
    void leaveNoBufferFileOrHandleBehind() throws Exception {
        Path leaks = folder.resolve("leaks");
        try (Session session = session("local-cluster[2,1,256]")
                .config("quiver.task.maxFailures", "1")
                .config("quiver.executor.extraJavaOptions", LeakedBuffers.flags(leaks))
                .create()) {
            for (int shuffle = 0; shuffle < WARM_UP; shuffle++) {
                run(session, shuffle);
            }
            settle(session);
            Map<Long, Integer> before = handles();
            for (int shuffle = 0; shuffle < SHUFFLES; shuffle++) {
                run(session, shuffle);
            }
            settle(session);
            Map<Long, Integer> after = handles();
            assertThat(after.keySet()).as("processes, seed " + SEED).isEqualTo(before.keySet());
            after.forEach((process, count) -> assertThat(count)
                    .as("open files of process %d, seed %d", process, SEED)
                    .isLessThanOrEqualTo(before.get(process) + FEW_HANDLES));
        }
        assertThat(Files.readAllLines(leaks))
                .as("what the leak detectors of the executors said")
                .isNotEmpty()
                .allMatch(line -> line.startsWith("looking for leaks of"));
    }

    private void run(Session session, int shuffle) throws Exception {
        int rows = 200 + random.nextInt(3_000);
        switch (random.nextInt(10)) {
            case 0 -> fails(counts(session, rows, true, false));
            case 1 -> fails(counts(session, rows, false, true));
            case 2 -> cancel(counts(session, rows, false, false));
            default ->
                assertThat(counts(session, rows, false, false).count())
                        .as("shuffle %d of seed %d", shuffle, SEED)
                        .isEqualTo(Math.min(rows, 500));
        }
    }

    private static Keyed<Long, Long> counts(Session session, int rows, boolean mapFails, boolean reduceFails) {
        return session.range(0, rows, 1, PARTITIONS)
                .map(row -> fail(mapFails, row))
                .mapToPair(row -> Pair.of(row % 500, 1L))
                .reduceByKey(Long::sum, PARTITIONS)
                .mapValues(count -> fail(reduceFails, count));
    }

    private static long fail(boolean now, long row) {
        if (now && TaskContext.current().partition() == PARTITIONS - 1) {
            throw new IllegalStateException("as the test wants");
        }
        return row;
    }

    private static void fails(Keyed<Long, Long> counts) {
        try {
            counts.count();
        } catch (JobFailedException expected) {
            assertThat(expected).hasMessageContaining("as the test wants");
            return;
        }
        throw new AssertionError("a job with a function that throws succeeded");
    }

    /** Interrupts the user's thread somewhere in the job, or after it. */
    private void cancel(Keyed<Long, Long> counts) throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        Thread user = new Thread(
                () -> {
                    started.countDown();
                    try {
                        counts.count();
                    } catch (QuiverException cancelled) {
                        assertThat(cancelled).hasMessageContaining("interrupted");
                    }
                },
                "user");
        user.start();
        started.await();
        int spins = random.nextInt(200_000);
        for (int spin = 0; spin < spins && user.isAlive(); spin++) {
            Thread.onSpinWait();
        }
        user.interrupt();
        user.join();
    }

    /** Lets the datasets be collected, here, and buffers, there, until no shuffle has files any more. */
    private void settle(Session session) throws Exception {
        Eventually.until("no file of a shuffle is left", () -> {
            System.gc();
            return shuffleFiles().isEmpty();
        });
        for (int round = 0; round < 3; round++) {
            session.range(0, 4, 1, 4).foreach(row -> System.gc());
            session.range(0, 4000, 1, PARTITIONS)
                    .mapToPair(row -> Pair.of(row, row))
                    .partitionBy(new HashPartitioner(PARTITIONS))
                    .count();
        }
        Eventually.until("no file of a shuffle is left", () -> {
            System.gc();
            return shuffleFiles().isEmpty();
        });
    }

    private List<Path> shuffleFiles() throws IOException {
        try (Stream<Path> all = Files.walk(local)) {
            return all.filter(file -> file.toString().contains("/shuffle/"))
                    .filter(Files::isRegularFile)
                    .toList();
        } catch (java.io.UncheckedIOException vanished) {
            // Deleted while it was looked at: look again.
            return List.of(local);
        }
    }

    /** Open handles of this process and of the executors. */
    private static Map<Long, Integer> handles() throws IOException {
        Map<Long, Integer> handles = new TreeMap<>();
        handles.put(
                ProcessHandle.current().pid(), handles(ProcessHandle.current().pid()));
        for (long executor : Processes.executors()) {
            handles.put(executor, handles(executor));
        }
        return handles;
    }

    private static int handles(long process) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", String.valueOf(process), "fd"))) {
            return (int) open.count();
        }
    }
}
