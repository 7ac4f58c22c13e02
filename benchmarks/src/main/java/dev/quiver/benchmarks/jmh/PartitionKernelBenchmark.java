package dev.quiver.benchmarks.jmh;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.partition.PartitionTargets;
import dev.quiver.exec.kernel.partition.PartitionedColumns;
import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.task.MapOutput;
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

/** Dealing rows in columns out to reduce partitions by hash, per row. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xmx2g", "-XX:+UseParallelGC"})
public class PartitionKernelBenchmark {
    private static final int COUNT = 1 << 20;

    @Param({"LONG", "TEXT", "RECORD"})
    KeyKind kind;

    @Param({"8", "500"})
    int partitions;

    private List<ColumnBatch> batches;

    /** Forgets what it is given. */
    private static final class Nowhere implements MapOutputWriter {
        private long rows;

        @Override
        public void write(int partition, ColumnBatch batch) {
            rows += batch.rows();
        }

        @Override
        public MapOutput commit() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    @Setup
    public void prepare() {
        batches = kind.pairs(COUNT, 100_000);
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public long deal() throws Exception {
        Nowhere writer = new Nowhere();
        PartitionTargets targets = PartitionTargets.of(
                        new HashPartitioner(partitions),
                        true,
                        batches.get(0).shape(),
                        0,
                        getClass().getClassLoader())
                .orElseThrow();
        PartitionedColumns columns = PartitionedColumns.like(batches.get(0), partitions, targets, writer, 16L << 20)
                .orElseThrow();
        for (ColumnBatch batch : batches) {
            columns.accept(batch);
        }
        columns.flush();
        return writer.rows;
    }
}
