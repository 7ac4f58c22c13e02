package com.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Accumulator;
import dev.quiver.Dataset;
import dev.quiver.Session;
import dev.quiver.SessionBuilder;
import dev.quiver.StorageLevel;
import dev.quiver.UsageException;
import dev.quiver.task.MemoryLedger;
import dev.quiver.task.MemoryLedger.Where;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is persisted outside the heap, in this process and in executors of their own: rows, memory, and its end. */
class OffHeapTest {
    private static final long MEBIBYTE = 1L << 20;
    private static final long ROWS = 2_000_000;
    private static final long BYTES = 8 * ROWS;
    private static final String CLUSTER = "local-cluster[2,1,512]";

    @TempDir
    Path folder;

    private SessionBuilder session(String master, String size) {
        return Session.builder()
                .master(master)
                .config("quiver.local.dir", folder.toString())
                .config("quiver.executor.heartbeatInterval", "50ms")
                .config("quiver.memory.offHeap.enabled", "true")
                .config("quiver.memory.offHeap.size", size);
    }

    @AfterEach
    void noFileIsLeft() throws IOException {
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.toList()).isEmpty();
        }
    }

    private static Dataset<Long> numbers(Session session, Accumulator<Long> computed) {
        return session.range(0, ROWS, 1, 4).mapPartitions(rows -> new Iterator<Long>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public Long next() {
                computed.add(1L);
                return 3 * rows.next();
            }
        });
    }

    /** Direct memory of the executors together, as their JVMs count it. */
    private static long directBytes(Session session) {
        return session.range(0, 2, 1, 2)
                .mapPartitions(rows -> {
                    long direct = 0;
                    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
                        direct += pool.getName().equals("direct") ? pool.getMemoryUsed() : 0;
                    }
                    return List.of(direct).iterator();
                })
                .reduce(Long::sum);
    }

    /** What executors said last that they hold under names that begin so: what a task still unrolls has others. */
    private static long held(Session session, Where where, String name) {
        return session.memory().values().stream()
                .flatMap(memory -> memory.lines().stream())
                .filter(line -> line.where() == where && line.holder().startsWith(name))
                .mapToLong(MemoryLedger.Line::bytes)
                .sum();
    }

    private static void await(BooleanSupplier condition, Supplier<Object> state) {
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as(() -> "waited in vain; " + state.get())
                    .isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void executorsKeepPartitionsOutsideTheirHeapAndFreeThemWithTheDataset() {
        try (Session session = session(CLUSTER, "32m").create()) {
            Accumulator<Long> computed = session.longAccumulator("computed");
            Dataset<Long> numbers = numbers(session, computed).persist(StorageLevel.OFF_HEAP);
            long sum = numbers.reduce(Long::sum);
            assertThat(sum).isEqualTo(3 * (ROWS * (ROWS - 1) / 2));
            await(() -> held(session, Where.OFF_HEAP, "cached dataset") >= BYTES, session::memory);
            assertThat(held(session, Where.OFF_HEAP, "cached dataset")).isBetween(BYTES, BYTES + BYTES / 20);
            assertThat(held(session, Where.HEAP, "cached dataset")).isZero();
            assertThat(directBytes(session)).isGreaterThan(BYTES + BYTES / 4);
            assertThat(numbers.reduce(Long::sum)).isEqualTo(sum);
            assertThat(numbers.filter(number -> number % 999 == 0).count()).isEqualTo((ROWS + 332) / 333);
            assertThat(computed.value()).isEqualTo(ROWS);
            assertThat(session.metrics().peakOffHeapBytes()).isBetween(BYTES / 4, BYTES / 2);
            assertThat(session.metrics().peaksByOperator()).containsKey("unroll (off-heap)");

            numbers.unpersist();
            await(() -> directBytes(session) < BYTES, session::memory);
            await(
                    () -> session.memory().values().stream()
                            .allMatch(memory -> memory.offHeapFreeBytes() == 32 * MEBIBYTE),
                    session::memory);
        }
    }

    @Test
    void whatDoesNotFitIntoThePoolGoesToDiskAndNothingIsComputedTwice() {
        for (String master : List.of("local[2]", CLUSTER)) {
            try (Session session = session(master, "2m").create()) {
                Accumulator<Long> computed = session.longAccumulator("computed");
                Dataset<Long> numbers = numbers(session, computed).persist(StorageLevel.OFF_HEAP);
                for (int pass = 0; pass < 3; pass++) {
                    assertThat(numbers.reduce(Long::sum))
                            .as("%s, pass %d", master, pass)
                            .isEqualTo(3 * (ROWS * (ROWS - 1) / 2));
                }
                assertThat(computed.value()).as(master).isEqualTo(ROWS);
                await(() -> !session.memory().isEmpty(), session::memory);
                assertThat(session.memory().values())
                        .as(master)
                        .allSatisfy(
                                memory -> assertThat(memory.offHeapFreeBytes()).isNotNegative());
                numbers.unpersist();
            }
        }
    }

    @Test
    void replicasLieOutsideTheHeapOfTwoExecutors() {
        try (Session session = session(CLUSTER, "32m").create()) {
            Dataset<Long> numbers =
                    numbers(session, session.longAccumulator("computed")).persist(StorageLevel.of(true, true, true, 2));
            assertThat(numbers.count()).isEqualTo(ROWS);
            await(() -> held(session, Where.OFF_HEAP, "cached dataset") >= 2 * BYTES, session::memory);
            assertThat(session.memory().values())
                    .allSatisfy(memory -> assertThat(memory.lines().stream()
                                    .filter(line -> line.where() == Where.OFF_HEAP)
                                    .mapToLong(MemoryLedger.Line::bytes)
                                    .sum())
                            .isGreaterThanOrEqualTo(BYTES));
            assertThat(numbers.reduce(Long::sum)).isEqualTo(3 * (ROWS * (ROWS - 1) / 2));
        }
    }

    @Test
    void aLevelInMemoryAloneThatDoesNotFitIsComputedAgainWithoutALostRow() {
        try (Session session = session("local[2]", "1m").create()) {
            Accumulator<Long> computed = session.longAccumulator("computed");
            Dataset<Long> numbers = numbers(session, computed).persist(StorageLevel.of(true, false, true, 1));
            assertThat(numbers.reduce(Long::sum)).isEqualTo(3 * (ROWS * (ROWS - 1) / 2));
            assertThat(computed.value())
                    .as("in the task that could not store them")
                    .isEqualTo(ROWS);
            assertThat(numbers.reduce(Long::sum)).isEqualTo(3 * (ROWS * (ROWS - 1) / 2));
            assertThat(computed.value()).isEqualTo(2 * ROWS);
        }
    }

    @Test
    void aPoolWithoutASizeIsRefusedBeforeAnythingStarts() {
        for (String master : List.of("local[2]", CLUSTER)) {
            assertThatThrownBy(() -> Session.builder()
                            .master(master)
                            .config("quiver.local.dir", folder.toString())
                            .config("quiver.memory.offHeap.enabled", "true")
                            .create()
                            .close())
                    .as(master)
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("quiver.memory.offHeap.size is 0")
                    .hasMessageContaining("such as 2g");
        }
        assertThatThrownBy(() -> session("local[2]", "1000g").create().close())
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("-XX:MaxDirectMemorySize=");
    }
}
