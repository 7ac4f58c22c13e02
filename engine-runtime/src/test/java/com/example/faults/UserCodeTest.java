package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.JobFailedException;
import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.Session;
import dev.quiver.function.MapFunction;
import dev.quiver.lineage.HashPartitioner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** User code that does what it should not: the job fails with a name and a line, and the session goes on. */
class UserCodeTest extends FaultTest {
    private static final String ONE = "local-cluster[1,1,128]";
    private static final int SESSIONS = 8;

    @Test
    void namesSystemExitAndItsLineAndGoesOn() throws Exception {
        try (Session session =
                session(ONE).config("quiver.task.maxFailures", "2").create()) {
            Throwable failure = failureOf(session, row -> {
                System.exit(3);
                return row;
            });
            assertThat(failure)
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("System.exit")
                    .hasMessageContaining("UserCodeTest.java:")
                    .hasMessageContaining("failed 2 times");
            assertThat(process(session)).isPositive();
        }
    }

    @Test
    void chargesATaskThatHaltsItsProcess() throws Exception {
        try (Session session =
                session(ONE).config("quiver.task.maxFailures", "2").create()) {
            Gate running = openGate("running");
            Throwable failure = failureOf(session, row -> {
                running.arrive();
                Runtime.getRuntime().halt(4);
                return row;
            });
            assertThat(failure)
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("failed 2 times")
                    .hasMessageContaining("ended with exit code 4");
            assertThat(running.processes()).hasSize(2);
            assertThat(process(session)).isPositive();
        }
    }

    @Test
    void saysWhyExecutorsCannotStart() throws Exception {
        try (Session session = session(ONE)
                .config("quiver.executor.extraJavaOptions", "-XX:NoSuchFlag")
                .create()) {
            assertThat(failureOf(session, row -> row))
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("executors cannot start")
                    .hasMessageContaining("NoSuchFlag");
        }
    }

    private static int recurse(int depth) {
        return depth < 0 ? 0 : recurse(depth + 1) + 1;
    }

    @Test
    void survivesErrorsOfUserCodeInTheSameProcess() throws Exception {
        try (Session session =
                session(ONE).config("quiver.task.maxFailures", "2").create()) {
            long before = process(session);
            assertThat(failureOf(session, row -> (long) recurse(0)))
                    .hasMessageContaining("StackOverflowError")
                    .hasMessageContaining("UserCodeTest.recurse(UserCodeTest.java:");
            assertThat(failureOf(session, row -> {
                        throw new AssertionError("never negative");
                    }))
                    .hasMessageContaining("never negative")
                    .hasMessageContaining("UserCodeTest.java:");
            assertThat(failureOf(session, row -> {
                        throw new NoClassDefFoundError("acme/Missing");
                    }))
                    .hasMessageContaining("acme/Missing")
                    .hasMessageContaining("UserCodeTest.java:");
            assertThat(failureOf(session, row -> {
                        Thread.currentThread().interrupt();
                        throw new IllegalStateException("with an interrupt left behind");
                    }))
                    .hasMessageContaining("left behind");
            String absent = folder.resolve("absent.txt").toString();
            assertThat(failureOf(session, row -> Files.size(Path.of(absent))))
                    .hasMessageContaining("absent.txt")
                    .hasMessageContaining("UserCodeTest.java:");
            assertThat(process(session)).isEqualTo(before);
        }
    }

    @Test
    void namesTheLineThatRanOutOfMemoryAndReplacesItsProcess() throws Exception {
        try (Session session = session("local-cluster[1,1,64]")
                .config("quiver.task.maxFailures", "2")
                .create()) {
            long before = process(session);
            assertThat(failureOf(session, row -> {
                        List<byte[]> hoard = new ArrayList<>();
                        while (true) {
                            hoard.add(new byte[1 << 20]);
                        }
                    }))
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("out of memory")
                    .hasMessageContaining("UserCodeTest.java:")
                    .hasMessageContaining("quiver.executor.memory");
            assertThat(process(session)).isNotEqualTo(before);
        }
    }

    @Test
    void endsTheJobOfAReduceTaskThatAlwaysRunsOutOfMemoryWhateverItsExecutorsHeld() throws Exception {
        try (Session session = session("local-cluster[2,1,64]")
                .config("quiver.task.maxFailures", "3")
                .create()) {
            Gate reducing = openGate("reducing");
            Throwable failure = failure(start(() -> session.range(0, 8, 1, 4)
                    .mapToPair(row -> Pair.of(row, row))
                    .partitionBy(new HashPartitioner(2))
                    .rows()
                    .mapPartitions(rows -> {
                        reducing.arrive();
                        List<byte[]> hoard = new ArrayList<>();
                        while (true) {
                            hoard.add(new byte[1 << 20]);
                        }
                    })
                    .collect()));
            assertThat(failure)
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("of stage 1 ")
                    .hasMessageContaining("failed 3 times")
                    .hasMessageContaining("out of memory")
                    .hasMessageContaining("UserCodeTest.java:")
                    .hasMessageMatching("(?s).*room for [56]\\d(\\.\\d)? MiB of objects.*")
                    .hasMessageContaining("quiver.executor.memory");
            // Three failures of either task at most, and the other task's executor each time.
            assertThat(reducing.processes()).hasSizeLessThanOrEqualTo(10);
            assertThat(process(session)).isPositive();
        }
    }

    @Test
    void namesTheKeyThatIsTooLargeForGroupByKeyAndKeepsTheProcess() throws Exception {
        try (Session session = session(ONE)
                .config("quiver.task.maxFailures", "2")
                .config("quiver.memory.fraction", "0.2")
                .create()) {
            long before = process(session);
            Keyed<String, byte[]> hot = session.range(0, 200_000, 1, 2)
                    .mapToPair(row -> Pair.of(row % 2 == 0 ? "the hot key" : "key " + row, new byte[100]));
            assertThatThrownBy(() -> hot.groupByKey(1).count())
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("groupByKey ran out of memory in partition 0")
                    .hasMessageContaining("key the hot key has 100000 values, about 11.")
                    .hasMessageContaining("MiB as objects")
                    .hasMessageContaining("quiver.executor.memory");
            assertThat(process(session)).isEqualTo(before);
        }
    }

    @Test
    void cancelsTheJobOfAnInterruptedThreadAndGetsTheSlotBackFromATaskThatWaits() throws Exception {
        for (String master : List.of("local[1]", ONE)) {
            try (Session session = session(master).create()) {
                Gate waiting = gate("waiting-" + master.charAt(5));
                CompletableFuture<Thread> user = new CompletableFuture<>();
                CompletableFuture<Long> job = start(() -> {
                    user.complete(Thread.currentThread());
                    return session.range(0, 1, 1, 1)
                            .filter(row -> {
                                waiting.arrive();
                                new CountDownLatch(1).await();
                                return true;
                            })
                            .count();
                });
                waiting.awaitProcesses(1);
                result(user).interrupt();
                assertThat(failure(job)).isInstanceOf(JobFailedException.class).hasMessageContaining("interrupted");
                assertThat(process(session))
                        .isEqualTo(waiting.processes().iterator().next());
            }
        }
    }

    @Test
    void replacesAProcessWhoseCancelledTaskIsDeafToInterrupts() throws Exception {
        try (Session session = session(ONE).create()) {
            Gate deaf = gate("deaf");
            CompletableFuture<Thread> user = new CompletableFuture<>();
            CompletableFuture<Long> job = start(() -> {
                user.complete(Thread.currentThread());
                return session.range(0, 1, 1, 1)
                        .filter(row -> {
                            deaf.pass();
                            return true;
                        })
                        .count();
            });
            Set<Long> before = deaf.awaitProcesses(1);
            result(user).interrupt();
            assertThat(failure(job)).isInstanceOf(JobFailedException.class);
            assertThat(before).doesNotContain(process(session));
        }
    }

    @Test
    void closesUnderARunningJobWhateverItsTasksDo() throws Exception {
        for (String master : List.of("local[1]", ONE)) {
            Session session = session(master).create();
            Gate deaf = gate("closing-" + master.charAt(5));
            CompletableFuture<Long> job = start(() -> session.range(0, 8, 1, 8)
                    .filter(row -> {
                        deaf.pass();
                        return true;
                    })
                    .count());
            deaf.awaitProcesses(1);
            session.close();
            assertThat(failure(job)).isInstanceOf(JobFailedException.class).hasMessageContaining("session was closed");
            assertThat(Processes.executors()).isEmpty();
            deaf.open();
        }
    }

    @Test
    void comesAndGoesWithoutATrace() throws Exception {
        int threads = 0;
        Set<Thread> lasting = Processes.nonDaemonThreads();
        for (int round = 0; round < SESSIONS; round++) {
            try (Session session = session("local-cluster[1,1,64]").create()) {
                if (round % 3 == 0) {
                    assertThat(process(session)).isPositive();
                }
            }
            assertThat(Processes.executors()).isEmpty();
            if (round == 3) {
                threads = Processes.threadsOfTheEngine();
            }
        }
        int before = threads;
        Eventually.until(
                "no more threads are there than after 4 sessions", () -> Processes.threadsOfTheEngine() <= before);
        // Netty's own helper thread lingers for a second.
        Eventually.until("no thread keeps the process alive", () -> lasting.containsAll(Processes.nonDaemonThreads()));
    }

    /** The one executor's process, which shows that jobs still run. */
    private static long process(Session session) {
        return session.range(0, 1, 1, 1)
                .map(row -> ProcessHandle.current().pid())
                .first();
    }

    private static Throwable failureOf(Session session, MapFunction<Long, Long> function) throws Exception {
        return failure(start(() -> session.range(0, 1, 1, 1).map(function).collect()));
    }
}
