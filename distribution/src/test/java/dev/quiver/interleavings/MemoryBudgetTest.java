package dev.quiver.interleavings;

import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.Reservation;
import dev.quiver.block.memory.TaskBudget;
import dev.quiver.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

/**
 * Waiting for memory, as Lincheck switches threads at every step that another one could notice: it fails when threads hang,
 * and when one of them throws.
 */
class MemoryBudgetTest {
    private static final int INTERLEAVINGS = 150;

    /** Stands still: no wait ends because it took long. */
    private static final Clock STILL = new Clock() {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public long epochMillis() {
            return 0;
        }
    };

    @Test
    void tasksGetWhatTheyAreGuaranteedWhateverTheOrderAndAllOfItComesBack() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            MemoryBudget budget = budget();
            TaskBudget hog = budget.task("hog", () -> false);
            Reservation all = hog.open("sortByKey");
            require(all.tryGrow(100), "a lone task is given all");
            run(() -> take(budget, "first", 16), () -> take(budget, "second", 16), () -> {
                all.shrink(20);
                hog.close();
            });
            require(budget.freeBytes() == 100, "all comes back");
        });
    }

    @Test
    void aTaskThatIsCancelledNeverHangs() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            MemoryBudget budget = budget();
            Reservation all = budget.task("hog", () -> false).open("sortByKey");
            all.tryGrow(100);
            AtomicBoolean cancelled = new AtomicBoolean();
            TaskBudget late = budget.task("late", cancelled::get);
            run(() -> require(!late.open("join").tryGrow(20), "it is not given what nobody gave back"), () -> {
                cancelled.set(true);
                budget.wake();
            });
            require(budget.freeBytes() == 0, "others keep what they hold");
        });
    }

    @Test
    void evictionAndTheTasksThatNeedItAgree() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            MemoryBudget budget = budget();
            Reservation block = budget.storage("cached dataset 1");
            block.tryGrow(100);
            budget.evictWith(bytes -> {
                synchronized (block) {
                    long evicted = Math.min(bytes, block.bytes());
                    block.shrink(evicted);
                    return evicted;
                }
            });
            run(() -> take(budget, "first", 12), () -> take(budget, "second", 12));
            require(budget.executionBytes() == 0, "tasks hold nothing at their ends");
            require(block.bytes() >= 50, "the soft line holds");
        });
    }

    private static MemoryBudget budget() {
        return new MemoryBudget(100, 0.5, Duration.ofHours(1), STILL);
    }

    private static void take(MemoryBudget budget, String name, long bytes) {
        try (TaskBudget task = budget.task(name, () -> false)) {
            Reservation join = task.open("join");
            require(join.tryGrow(bytes), name + " is given what it is guaranteed");
            require(budget.freeBytes() >= 0, "no more is held than there is");
            join.shrink(bytes / 2);
        }
    }

    private static void run(Runnable... works) {
        Thread[] threads = new Thread[works.length];
        for (int index = 0; index < works.length; index++) {
            threads[index] = new Thread(works[index]);
            threads[index].start();
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
        }
    }

    private static void require(boolean claim, String what) {
        if (!claim) {
            throw new AssertionError("not so: " + what);
        }
    }
}
