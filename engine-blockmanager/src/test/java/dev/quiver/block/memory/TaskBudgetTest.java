package dev.quiver.block.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.block.memory.MemoryReport.Use;
import dev.quiver.task.MemoryLedger;
import dev.quiver.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks that share a budget, on threads of their own. */
@Timeout(60)
class TaskBudgetTest {
    private final MemoryBudget budget = new MemoryBudget(1000, 0.5, MemoryBudget.FOR_EVER, Clock.system());
    private final TaskBudget hog = budget.task("stage 1, partition 0", () -> false);
    private final Reservation hogs = hog.open("sortByKey");

    @Test
    void aTaskGetsWhatItIsGuaranteedOnceAnotherGivesBack() throws Exception {
        assertThat(hogs.tryGrow(1000)).isTrue();
        Future<Boolean> asked = asking(250, () -> false);
        await(() -> budget.waitingTasks() == 1);
        hogs.shrink(249);
        assertThat(asked.isDone()).isFalse();
        hogs.shrink(1);
        assertThat(asked.get()).isTrue();
        assertThat(budget.freeBytes()).isZero();
    }

    @Test
    void aTaskGetsWhatItIsGuaranteedOnceAnotherEnds() throws Exception {
        hogs.tryGrow(1000);
        Future<Boolean> asked = asking(100, () -> false);
        await(() -> budget.waitingTasks() == 1);
        hog.close();
        assertThat(asked.get()).isTrue();
        assertThat(budget.executionBytes()).isEqualTo(100);
    }

    @Test
    void aRequestThatIsNoLongerGuaranteedIsRefusedWhileItWaits() throws Exception {
        hogs.tryGrow(1000);
        Future<Boolean> asked = asking(250, () -> false);
        await(() -> budget.waitingTasks() == 1);
        budget.task("stage 1, partition 2", () -> false).open("join").force(1);
        assertThat(asked.get()).isFalse();
    }

    @Test
    void aTaskThatIsCancelledWaitsNoLonger() throws Exception {
        hogs.tryGrow(1000);
        AtomicBoolean cancelled = new AtomicBoolean();
        Future<Boolean> asked = asking(100, cancelled::get);
        await(() -> budget.waitingTasks() == 1);
        cancelled.set(true);
        budget.wake();
        assertThat(asked.get()).isFalse();
        assertThat(budget.waitingTasks()).isZero();
    }

    @Test
    void aTaskThatIsInterruptedWaitsNoLongerAndKeepsTheInterrupt() throws Exception {
        hogs.tryGrow(1000);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            boolean granted = late(() -> false).tryGrow(100);
            interrupted.complete(!granted && Thread.currentThread().isInterrupted());
        });
        thread.start();
        await(() -> budget.waitingTasks() == 1);
        thread.interrupt();
        assertThat(interrupted.get()).isTrue();
    }

    @Test
    void tasksThatWaitDoNotWakeOneAnother() throws Exception {
        hogs.tryGrow(1000);
        AtomicInteger looks = new AtomicInteger();
        BooleanSupplier looked = () -> looks.incrementAndGet() < 0;
        Future<Boolean> first = asking(100, looked);
        Future<Boolean> second = asking(100, looked);
        await(() -> budget.waitingTasks() == 2);
        for (int report = 0; report < 10_000; report++) {
            budget.report();
        }
        hogs.close();
        assertThat(first.get() && second.get()).isTrue();
        assertThat(looks.get()).as("times that two tasks looked").isLessThan(50);
    }

    @Test
    void aTaskWaitsNoLongerThanItsPatience() {
        MemoryBudget hurried = new MemoryBudget(1000, 0.5, Duration.ofMillis(20), Clock.system());
        hurried.task("stage 1, partition 0", () -> false).open("sortByKey").tryGrow(1000);
        assertThat(hurried.task("stage 1, partition 1", () -> false)
                        .open("join")
                        .tryGrow(100))
                .isFalse();
    }

    @Test
    void aTaskThatAsksEvictsCachedBlocksBeforeItWaits() {
        Reservation cache = budget.storage("cached dataset 1");
        cache.tryGrow(900);
        budget.evictWith(bytes -> {
            cache.shrink(bytes);
            return bytes;
        });
        assertThat(hogs.tryGrow(500)).isTrue();
        assertThat(cache.bytes()).isEqualTo(500);
        assertThat(hogs.tryGrow(1)).isFalse();
    }

    @Test
    void cachedBlocksAreEvictedDownToTheSoftLineOnDemand() {
        Reservation cache = budget.storage("cached dataset 1");
        cache.tryGrow(900);
        budget.evictWith(bytes -> {
            cache.shrink(bytes);
            return bytes;
        });
        budget.evictToSoftLine();
        budget.evictToSoftLine();
        assertThat(cache.bytes()).isEqualTo(500);
    }

    @Test
    void theReportNamesTaskOperatorUseAndPeak() {
        hogs.tryGrow(700);
        hogs.shrink(300);
        budget.execution("map outputs").force(50);
        budget.storage("cached dataset 1").tryGrow(100);
        MemoryReport report = budget.report();
        assertThat(report.freeBytes()).isEqualTo(450);
        assertThat(report.bytes(Use.STORAGE)).isEqualTo(100);
        assertThat(report.bytesOf("stage 1, partition 0")).isEqualTo(400);
        assertThat(report.holdings())
                .first()
                .isEqualTo(new MemoryReport.Holding(Use.TASK, "stage 1, partition 0", "sortByKey", 400, 700));
        assertThat(report.describe()).contains("sortByKey of stage 1, partition 0 holds 400 B");
        assertThat(report.describeOthers("stage 1, partition 0"))
                .contains("others hold: cached dataset 1 holds 100 B, map outputs holds 50 B");
        assertThat(hog.peakBytes()).isEqualTo(700);
    }

    @Test
    void theReportOfATaskNamesWhatEachOperatorHeldAtMostWhereverItWas() {
        MemoryBudget both = new MemoryBudget(1000, 0.5, 0, 500);
        TaskBudget task = both.task("stage 1, partition 0", () -> false);
        Reservation sort = task.open("sortByKey");
        sort.tryGrow(300);
        sort.shrink(100);
        Reservation join = task.open("join");
        join.tryGrow(50);
        join.close();
        task.open("join").tryGrow(20);
        task.unroll(MemoryMode.HEAP, "cached dataset 7", bytes -> 0).tryGrow(70);
        task.unroll(MemoryMode.OFF_HEAP, "cached dataset 8", bytes -> 0).tryGrow(80);
        task.open("distinct");
        assertThat(task.peaksByOperator())
                .isEqualTo(Map.of("sortByKey", 300L, "join", 50L, "unroll", 70L, "unroll (off-heap)", 80L));
        assertThat(task.peakOffHeapBytes()).isEqualTo(80);
        assertThat(both.report().ledger().lines())
                .extracting(MemoryLedger.Line::toString)
                .contains(
                        "unroll of cached dataset 7 of stage 1, partition 0 holds 70 B",
                        "unroll of cached dataset 8 of stage 1, partition 0 holds 80 B outside the heap");
        task.close();
        assertThat(task.peaksByOperator()).as("afterwards").containsEntry("sortByKey", 300L);
        assertThat(both.ledger()).isEmpty();
        assertThat(both.offHeap().ledger()).isEmpty();
    }

    @Test
    void theEndOfATaskGivesBackWhatItsOperatorsForgot() {
        hogs.tryGrow(300);
        hog.open("join").tryGrow(200);
        hog.open("reduceByKey").close();
        assertThat(hog.unclosed()).extracting(MemoryReport.Holding::holder).containsExactly("sortByKey", "join");
        hog.close();
        hog.close();
        assertThat(budget.freeBytes()).isEqualTo(1000);
        assertThat(budget.ledger()).isEmpty();
    }

    @Test
    void manyThreadsNeverHoldMoreThanThereIsAndAllOfItComesBack() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(5);
        try {
            for (long seed = 1; seed <= 40; seed++) {
                MemoryBudget shared = new MemoryBudget(1000, 0.5, MemoryBudget.FOR_EVER, Clock.system());
                List<Callable<Void>> tasks = new ArrayList<>();
                for (int thread = 0; thread < 4; thread++) {
                    Random random = new Random(seed * 100 + thread);
                    tasks.add(() -> {
                        for (int task = 0; task < 20; task++) {
                            runTask(shared, random);
                        }
                        return null;
                    });
                }
                tasks.add(() -> cacheAndDrop(shared));
                for (Future<Void> thread : threads.invokeAll(tasks, 30, TimeUnit.SECONDS)) {
                    assertThat(thread.isCancelled())
                            .as("seed %d: a thread that hangs", seed)
                            .isFalse();
                    thread.get();
                }
                assertThat(shared.freeBytes()).as("seed %d", seed).isEqualTo(1000);
                assertThat(shared.waitingTasks()).as("seed %d", seed).isZero();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void runTask(MemoryBudget shared, Random random) {
        try (TaskBudget task = shared.task("a task", () -> false)) {
            Reservation operator = task.open("join");
            for (int step = 0; step < 30; step++) {
                if (random.nextInt(3) > 0) {
                    operator.tryGrow(1 + random.nextInt(200));
                } else {
                    operator.shrink(operator.bytes() / 2);
                }
                assertThat(shared.freeBytes()).isNotNegative();
            }
        }
    }

    private static Void cacheAndDrop(MemoryBudget shared) {
        for (int step = 0; step < 300; step++) {
            try (Reservation block = shared.storage("cached dataset 1")) {
                block.tryGrow(step);
                assertThat(shared.freeBytes()).isNotNegative();
            }
        }
        return null;
    }

    private Future<Boolean> asking(long bytes, BooleanSupplier cancelled) {
        return CompletableFuture.supplyAsync(() -> late(cancelled).tryGrow(bytes));
    }

    private Reservation late(BooleanSupplier cancelled) {
        return budget.task("stage 1, partition 1", cancelled).open("join");
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
