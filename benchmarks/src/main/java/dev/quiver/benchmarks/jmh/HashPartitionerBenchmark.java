package dev.quiver.benchmarks.jmh;

import dev.quiver.lineage.HashPartitioner;
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

/** The partition of a key, per key. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xmx1g", "-XX:+UseParallelGC", "--add-opens=java.base/java.nio=ALL-UNNAMED"})
public class HashPartitionerBenchmark {
    private static final int COUNT = 4096;

    @Param({"LONGS", "STRINGS", "PAIRS", "TRADES"})
    Rows kind;

    private final HashPartitioner partitioner = new HashPartitioner(200);
    private Object[] keys;

    @Setup
    public void prepare() {
        keys = kind.rows(COUNT);
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public int rows() {
        int sum = 0;
        for (Object key : keys) {
            sum += partitioner.partition(key);
        }
        return sum;
    }
}
