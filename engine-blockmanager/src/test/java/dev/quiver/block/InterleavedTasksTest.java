package dev.quiver.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Memory pool, block locks, eviction and privacy of one executor in a thousand interleavings of real threads, each
 * repeatable by its seed: {@code -Dquiver.interleavings.seed=17} runs that one, {@code -Dquiver.interleavings=100000}
 * more of them.
 */
class InterleavedTasksTest {
    private static final int COUNT = Integer.getInteger("quiver.interleavings", 1000);
    private static final Long ONLY = Long.getLong("quiver.interleavings.seed");

    @TempDir
    Path folder;

    @Test
    void tasksShareMemoryAndBlocksByTheRulesInAThousandInterleavings() {
        TasksAtOnce.Seen seen = new TasksAtOnce.Seen(0, 0, 0);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            for (long seed = ONLY == null ? 0 : ONLY; seed < (ONLY == null ? COUNT : ONLY + 1); seed++) {
                seen = seen.plus(run(seed, threads));
            }
        } finally {
            threads.shutdownNow();
        }
        if (ONLY == null) {
            assertThat(seen.evicted()).as("blocks that were evicted").isGreaterThan(COUNT);
            assertThat(seen.readWhole()).as("blocks that were read").isGreaterThan(COUNT);
            assertThat(seen.waited()).as("turns that tasks waited through").isGreaterThan(COUNT);
        }
    }

    private TasksAtOnce.Seen run(long seed, ExecutorService threads) {
        try {
            return new TasksAtOnce(seed, folder.resolve("seed-" + seed)).run(threads);
        } catch (Throwable failed) {
            throw new AssertionError(
                    "with seed " + seed + ", to repeat with -Dquiver.interleavings.seed=" + seed + ": " + failed,
                    failed);
        }
    }
}
