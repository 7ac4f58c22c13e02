package dev.quiver.benchmarks;

import dev.quiver.Accumulator;
import dev.quiver.Dataset;
import dev.quiver.QuiverException;
import dev.quiver.Session;
import dev.quiver.StorageLevel;
import dev.quiver.StoredDataset;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * What the loss of an executor costs a cached dataset: kept on one executor in one run, on two in the next, read, then
 * read again after the process of an executor was killed. {@code recomputed=} says how many rows had to be made anew; with
 * two copies it is 0. In one process nobody is killed. For {@code --master 'local-cluster[3,1,512]'}.
 */
final class LostExecutor implements Workload {
    private static final long USUAL_ROWS = 2_000_000;
    private static final List<String> LEVELS = List.of("MEMORY_AND_DISK", "MEMORY_AND_DISK_2");
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final long LOOK_NANOS = 5_000_000;

    private int run;

    @Override
    public int leastRuns(Sizes sizes) {
        return sizes.level() == null ? LEVELS.size() : 1;
    }

    @Override
    public Outcome run(Session session, Sizes sizes) {
        String name = sizes.level() == null ? LEVELS.get(run++ % LEVELS.size()) : sizes.level();
        StorageLevel level = StorageLevel.valueOf(name);
        long rows = sizes.rows(USUAL_ROWS);
        int partitions = sizes.partitions(12);
        Accumulator<Long> computed = session.longAccumulator("computed");
        Dataset<Long> cached = session.range(0, rows, 1, partitions)
                .map(row -> {
                    computed.add(1L);
                    return Mix.mix(row);
                })
                .persist(level);
        long before = cached.reduce((left, right) -> left ^ right);
        List<Long> processes = cached.mapPartitions(
                        each -> List.of(ProcessHandle.current().pid()).iterator())
                .collect();
        int executors = (int) processes.stream().distinct().count();
        int copies = partitions * Math.min(level.replicas(), executors);
        await("all copies are made", () -> copies(session) >= copies);
        long victim = mostFrequent(processes);
        boolean kills = victim != ProcessHandle.current().pid();
        if (kills) {
            ProcessHandle.of(victim).ifPresent(ProcessHandle::destroyForcibly);
            await("the executor is gone", () -> ProcessHandle.of(victim).isEmpty());
        }
        long start = System.nanoTime();
        long after = cached.reduce((left, right) -> left ^ right);
        long nanos = System.nanoTime() - start;
        String figures = String.format(
                Locale.ROOT,
                "level=%s killed=%d%s recomputed=%d",
                name,
                kills ? 1 : 0,
                Persist.storage(session),
                computed.value() - rows);
        cached.unpersist();
        return new Outcome(before == after ? Long.toString(after) : before + "/" + after, nanos, figures);
    }

    private static long mostFrequent(List<Long> processes) {
        return processes.stream()
                .max(Comparator.comparingInt(process -> Collections.frequency(processes, process)))
                .orElseThrow();
    }

    private static int copies(Session session) {
        return session.storage().stream()
                .flatMap(dataset -> dataset.executors().stream())
                .mapToInt(LostExecutor::copies)
                .sum();
    }

    private static int copies(StoredDataset.OnExecutor executor) {
        return Math.max(executor.inMemory(), executor.onDisk());
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new QuiverException(
                        "waited " + TimeUnit.NANOSECONDS.toSeconds(LONGEST.toNanos()) + " s in vain until " + what);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        long mixed = 0;
        for (long row = 0; row < sizes.rows(USUAL_ROWS); row++) {
            mixed ^= Mix.mix(row);
        }
        return Long.toString(mixed);
    }
}
