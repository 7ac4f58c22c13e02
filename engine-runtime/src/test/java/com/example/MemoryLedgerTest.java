package com.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Broadcast;
import dev.quiver.Dataset;
import dev.quiver.Pair;
import dev.quiver.Session;
import dev.quiver.StorageLevel;
import dev.quiver.task.MemoryLedger;
import dev.quiver.task.MemoryLedger.Line;
import dev.quiver.task.MemoryLedger.Where;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a driver knows of who holds memory, while tasks run and after. */
@Timeout(120)
class MemoryLedgerTest {
    private static final int ROWS = 400_000;

    /** Where tasks of this process stand until the test has looked at them. */
    private static CountDownLatch looked;

    @TempDir
    Path folder;

    private Session session;

    @BeforeEach
    void start() {
        looked = new CountDownLatch(1);
        session = Session.builder()
                .master("local[2]")
                .config("quiver.local.dir", folder.toString())
                .config("quiver.executor.heartbeatInterval", "20ms")
                .create();
    }

    @AfterEach
    void stop() {
        looked.countDown();
        session.close();
    }

    /** The same rows; the task waits at one of them until the test says so. */
    private static <T> Iterator<T> waitingAt(int row, Iterator<T> rows) {
        return new Iterator<>() {
            private int passed;

            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public T next() {
                if (passed++ == row) {
                    try {
                        assertThat(looked.await(60, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException stopped) {
                        throw new IllegalStateException(stopped);
                    }
                }
                return rows.next();
            }
        };
    }

    /** The first line that the driver hears of and that is wanted. */
    private Line awaitLine(Predicate<Line> wanted) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            Map<String, MemoryLedger> memory = session.memory();
            for (MemoryLedger ledger : memory.values()) {
                for (Line line : ledger.lines()) {
                    if (wanted.test(line)) {
                        return line;
                    }
                }
            }
            assertThat(System.nanoTime()).as(() -> "never seen: " + memory).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void theDriverKnowsWhichOperatorOfWhichTaskHoldsHowMuchWhileItRuns() throws Exception {
        CompletableFuture<Long> job = CompletableFuture.supplyAsync(() -> session.range(0, ROWS, 1, 2)
                .mapToPair(row -> Pair.of(row * 31 % ROWS, row))
                .sortByKey()
                .values()
                .mapPartitions(rows -> waitingAt(10, rows))
                .count());
        Line sort = awaitLine(line -> line.holder().equals("sortByKey"));
        assertThat(sort.where()).isEqualTo(Where.HEAP);
        assertThat(sort.task()).matches("stage \\d+, partition [01]");
        assertThat(sort.bytes()).isBetween(16L * ROWS / 4, 64L * ROWS);
        looked.countDown();
        assertThat(job.get()).isEqualTo(ROWS);
        assertThat(session.metrics().peaksByOperator()).containsKey("sortByKey");
        assertThat(session.metrics().peaksByOperator().get("sortByKey")).isGreaterThanOrEqualTo(sort.bytes());
    }

    @Test
    void aPartitionThatIsBeingCachedIsItsTasksAndThenTheCaches() throws Exception {
        Dataset<Long> cached = session.range(0, ROWS, 1, 1)
                .mapPartitions(rows -> waitingAt(ROWS - 1, rows))
                .persist(StorageLevel.MEMORY_ONLY);
        CompletableFuture<Long> job = CompletableFuture.supplyAsync(cached::count);
        Line unroll = awaitLine(line -> line.holder().startsWith("unroll of cached dataset") && line.bytes() > 1 << 20);
        assertThat(unroll.task()).matches("stage \\d+, partition 0");
        assertThat(unroll.bytes()).isBetween(1L << 20, 2 * 8L * ROWS);
        looked.countDown();
        assertThat(job.get()).isEqualTo(ROWS);
        Line stored = awaitLine(line -> line.holder().startsWith("cached dataset"));
        assertThat(stored.task()).isEmpty();
        assertThat(stored.bytes()).isBetween(8L * ROWS, 8L * ROWS + 8L * ROWS / 20);
        assertThat(session.metrics().peaksByOperator().get("unroll")).isGreaterThanOrEqualTo(stored.bytes());
    }

    @Test
    void objectsOfABroadcastValueAreListedUntilItIsUnpersisted() {
        Map<Integer, String> names = new HashMap<>();
        for (int number = 0; number < 50_000; number++) {
            names.put(number, "name " + number);
        }
        Broadcast<Map<Integer, String>> broadcast = session.broadcast(names);
        assertThat(session.range(0, 10, 1, 2)
                        .map(row -> broadcast.value().get(row.intValue()))
                        .collect())
                .contains("name 7");
        Line objects = awaitLine(line -> line.where() == Where.OBJECTS);
        Line counted =
                awaitLine(line -> line.where() == Where.HEAP && line.holder().startsWith("broadcast value "));
        assertThat(objects.holder()).contains("as objects, beyond its serialized size");
        assertThat(objects.bytes() + counted.bytes()).isBetween(4_500_000L, 7_000_000L);
        broadcast.unpersist();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (session.memory().values().stream()
                .flatMap(ledger -> ledger.lines().stream())
                .anyMatch(line -> line.where() == Where.OBJECTS)) {
            assertThat(System.nanoTime())
                    .as(() -> "still listed: " + session.memory())
                    .isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
