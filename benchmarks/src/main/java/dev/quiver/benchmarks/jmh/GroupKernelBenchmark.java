package dev.quiver.benchmarks.jmh;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.group.GroupedValues;
import dev.quiver.exec.kernel.group.ValueLists;
import dev.quiver.exec.memory.HeldMemory;
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

/** Bringing values together by key, lists included, per row. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xmx2g", "-XX:+UseParallelGC"})
public class GroupKernelBenchmark {
    private static final int COUNT = 1 << 20;

    @Param({"LONG", "TEXT", "RECORD"})
    KeyKind kind;

    private List<ColumnBatch> batches;
    private final ClassLoader loader = getClass().getClassLoader();
    private final KryoValueSerializer serializer = new KryoValueSerializer(loader);

    @Setup
    public void prepare() {
        batches = kind.pairs(COUNT, COUNT / 20);
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public int group() {
        GroupedValues groups = new GroupedValues(batches.get(0).shape(), serializer, loader);
        batches.forEach(groups::add);
        ValueLists lists = groups.lists(new HeldMemory(CountedMemory.plenty()));
        Object[] taken = new Object[1024];
        int keys = 0;
        for (int count = lists.take(taken); count > 0; count = lists.take(taken)) {
            keys += count;
        }
        return keys;
    }
}
