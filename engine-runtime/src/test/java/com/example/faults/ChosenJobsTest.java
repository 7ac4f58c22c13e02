package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.JobChoice;
import dev.quiver.JobFailedException;
import dev.quiver.Pair;
import dev.quiver.Session;
import dev.quiver.TaskContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Jobs that are cancelled in each of their phases: the reason arrives, slots come back, temporary files go. */
class ChosenJobsTest extends FaultTest {
    private static final String TWO = "local-cluster[2,1,256]";
    private static final String REASON = "nobody waits for it";

    private static CountDownLatch driverBusy = new CountDownLatch(1);
    private static CountDownLatch driverArrived = new CountDownLatch(1);

    private static void assertCancelled(CompletableFuture<?> job) throws Exception {
        assertThat(failure(job))
                .isInstanceOf(JobFailedException.class)
                .hasMessageContaining("was cancelled: " + REASON);
    }

    /** As many tasks as there are slots stand at a gate at the same time. */
    private void assertSlotsAreBack(Session session) throws Exception {
        Gate all = gate("slots-" + System.nanoTime());
        CompletableFuture<Long> next = start(() -> session.range(0, 20, 1, 2)
                .mapPartitions(rows -> {
                    all.pass();
                    return rows;
                })
                .count());
        Eventually.until(
                "both slots are back",
                Duration.ofSeconds(20),
                () -> all.arrivals().size() == 2);
        all.open();
        assertThat(result(next)).isEqualTo(20L);
    }

    private void assertNoFile(String inFolders) throws Exception {
        Eventually.until(
                "no file is left in " + inFolders,
                Duration.ofSeconds(20),
                () -> files(inFolders).isEmpty());
    }

    /** Files of the session whose names contain this. */
    private List<String> files(String inFolders) throws IOException {
        try (Stream<Path> all = Files.walk(local)) {
            return all.filter(Files::isRegularFile)
                    .map(Path::toString)
                    .filter(name -> name.contains(inFolders))
                    .toList();
        } catch (UncheckedIOException changedMeanwhile) {
            return List.of("unknown");
        }
    }

    @Test
    void inTheMapStage() throws Exception {
        try (Session session = session(TWO).create()) {
            Gate mapping = gate("mapping");
            CompletableFuture<Long> job = start(() -> session.withGroup(
                    "words",
                    () -> session.range(0, 1000, 1, 8)
                            .mapPartitions(rows -> {
                                mapping.passUnlessKilled();
                                return rows;
                            })
                            .repartition(4)
                            .count()));
            mapping.awaitProcesses(2);
            assertThat(session.cancel(JobChoice.group("words"), REASON)).isEqualTo(1);
            assertCancelled(job);
            assertSlotsAreBack(session);
            assertThat(mapping.arrivals()).as("tasks that began").hasSize(2);
        }
    }

    @Test
    void whileTasksReadAShuffle() throws Exception {
        try (Session session =
                session(TWO).config("quiver.memory.fraction", "0.05").create()) {
            Gate reading = gate("reading");
            CompletableFuture<Long> job = start(() -> session.withTag(
                    "sorting",
                    () -> session.range(0, 100_000, 1, 4)
                            .mapToPair(row -> Pair.of("key-" + row * 7919 % 100_000, row))
                            .sortByKey()
                            .rows()
                            .map(row -> {
                                reading.passUnlessKilled();
                                return row;
                            })
                            .count()));
            reading.awaitProcesses(2);
            assertThat(session.cancel(JobChoice.tag("sorting"), REASON)).isEqualTo(1);
            assertCancelled(job);
            assertSlotsAreBack(session);
            assertNoFile("/spill/");
        }
    }

    private static long held(long left, long right) {
        if (TaskContext.current() == null) {
            driverArrived.countDown();
            try {
                driverBusy.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
        return left + right;
    }

    @Test
    void whileResultsAreDelivered() throws Exception {
        driverBusy = new CountDownLatch(1);
        driverArrived = new CountDownLatch(1);
        try (Session session = session(TWO).create()) {
            Gate last = gate("last");
            CompletableFuture<Long> job = start(() -> session.range(0, 1000, 1, 4)
                    .mapPartitions(rows -> {
                        if (TaskContext.current().partition() == 3) {
                            last.passUnlessKilled();
                        }
                        return rows;
                    })
                    .reduce(ChosenJobsTest::held));
            driverArrived.await();
            last.awaitProcesses(1);
            assertThat(session.cancel(JobChoice.all(), REASON)).isEqualTo(1);
            driverBusy.countDown();
            assertCancelled(job);
            assertSlotsAreBack(session);
        }
    }

    @Test
    void whileItWaitsForSlotsThatAnotherJobHas() throws Exception {
        try (Session session = session(TWO).create()) {
            Gate busy = gate("busy");
            CompletableFuture<Long> first = start(() -> session.range(0, 10, 1, 2)
                    .mapPartitions(rows -> {
                        busy.passUnlessKilled();
                        return rows;
                    })
                    .count());
            busy.awaitProcesses(2);
            CompletableFuture<Long> waiting = start(() ->
                    session.withTag("late", () -> session.range(0, 10, 1, 2).count()));
            Eventually.until("it waits", () -> session.waits().stream().anyMatch(wait -> wait.tasks() == 2));
            assertThat(session.cancel(JobChoice.tag("late"), REASON)).isEqualTo(1);
            assertCancelled(waiting);
            assertThat(session.waits()).isEmpty();
            busy.open();
            assertThat(result(first)).isEqualTo(10L);
        }
    }

    @Test
    void whileItSavesAndLeavesNothingInTheFolder() throws Exception {
        try (Session session = session(TWO).create()) {
            Gate saving = gate("saving");
            Path out = folder.resolve("out");
            CompletableFuture<Void> job = start(() -> {
                session.range(0, 1000, 1, 4)
                        .map(row -> {
                            if (row == 900) {
                                saving.passUnlessKilled();
                            }
                            return "row " + row;
                        })
                        .saveAsTextFile(out.toString());
                return null;
            });
            saving.awaitProcesses(1);
            session.cancel(JobChoice.all(), REASON);
            assertCancelled(job);
            assertSlotsAreBack(session);
            Eventually.until("nothing is left of the output", () -> {
                try (Stream<Path> left = Files.exists(out) ? Files.walk(out) : Stream.empty()) {
                    return left.noneMatch(Files::isRegularFile);
                }
            });
        }
    }

    @Test
    void userCodeThatDoesNotLookIsInterruptedOnlyWhenThatIsAskedFor() throws Exception {
        try (Session session = session(TWO).create()) {
            Gate deaf = gate("deaf");
            Gate interrupted = openGate("interrupted");
            CompletableFuture<Long> job = start(() -> session.range(0, 10, 1, 2)
                    .mapPartitions(rows -> {
                        try {
                            deaf.passUnlessStopped();
                        } catch (InterruptedException stopped) {
                            interrupted.arrive();
                            throw stopped;
                        }
                        return rows;
                    })
                    .count());
            deaf.awaitProcesses(2);
            List<Long> processes = Processes.executors();
            assertThat(session.cancel(JobChoice.all(), REASON)).isEqualTo(1);
            assertCancelled(job);
            // Longer than it takes from a request to an interrupt.
            Eventually.after(Duration.ofMillis(1_500));
            assertThat(interrupted.arrivals()).isEmpty();
            deaf.open();
            assertSlotsAreBack(session);

            Gate again = gate("again");
            CompletableFuture<Long> second = start(() -> session.range(0, 10, 1, 2)
                    .mapPartitions(rows -> {
                        again.passUnlessStopped();
                        return rows;
                    })
                    .count());
            again.awaitProcesses(2);
            assertThat(session.interrupt(JobChoice.all(), REASON)).isEqualTo(1);
            assertCancelled(second);
            assertSlotsAreBack(session);
            assertThat(Processes.executors()).as("the same processes").isEqualTo(processes);
        }
    }
}
