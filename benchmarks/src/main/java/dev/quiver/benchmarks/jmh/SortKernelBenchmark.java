package dev.quiver.benchmarks.jmh;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.sort.BatchSorter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Sorting pairs in columns by key, per row. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xmx2g", "-XX:+UseParallelGC"})
public class SortKernelBenchmark {
    private static final int COUNT = 1 << 20;
    private static final int BATCH_ROWS = 4096;

    @Param({"LONG", "DOUBLE", "TEXT"})
    KeyKind kind;

    private List<ColumnBatch> batches;

    @Setup
    public void prepare() {
        batches = kind.pairs(COUNT, Integer.MAX_VALUE);
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public long sort() throws Exception {
        BatchSorter sorter = BatchSorter.of(batches.get(0).shape(), true, COUNT, () -> {});
        batches.forEach(sorter::add);
        long rows = 0;
        BatchSource sorted = sorter.sort().all(BATCH_ROWS);
        for (ColumnBatch batch = sorted.next(); batch != null; batch = sorted.next()) {
            rows += batch.rows();
        }
        return rows;
    }
}
