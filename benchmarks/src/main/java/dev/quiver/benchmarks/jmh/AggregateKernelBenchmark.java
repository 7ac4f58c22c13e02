package dev.quiver.benchmarks.jmh;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.aggregate.Groups;
import dev.quiver.exec.kernel.aggregate.KeyMerge;
import dev.quiver.exec.value.KryoValueSerializer;
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

/** Merging values by key in columns, per row. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xmx2g", "-XX:+UseParallelGC"})
public class AggregateKernelBenchmark {
    private static final int COUNT = 1 << 20;

    @Param({"LONG", "DOUBLE", "TEXT", "PAIR", "RECORD"})
    KeyKind kind;

    @Param({"1000", "100000"})
    int keys;

    private List<ColumnBatch> batches;
    private final ClassLoader loader = getClass().getClassLoader();
    private final KryoValueSerializer serializer = new KryoValueSerializer(loader);

    @Setup
    public void prepare() {
        batches = kind.pairs(COUNT, keys);
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public int merge() throws Exception {
        KeyMerge sum = KeyMerge.reducing((left, right) -> (Long) left + (Long) right);
        Groups groups =
                Groups.of(batches.get(0).shape(), sum, serializer, loader).orElseThrow();
        for (ColumnBatch batch : batches) {
            groups.add(batch, 0, batch.rows());
        }
        groups.complete();
        return groups.size();
    }
}
