package dev.quiver.benchmarks.jmh;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.checksum.RowChecksums;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.serializer.ValueSerializer;
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

/**
 * The content checksum of rows in columns, per row, in batches of the size in which a map task hands them on. {@code LONGS}
 * has one column, {@code PAIRS} two, {@code TRADES} four; a string is 10 bytes, a line 100.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xmx1g", "-XX:+UseParallelGC"})
public class ChecksumBenchmark {
    private static final int COUNT = 8192;

    @Param({"LONGS", "PAIRS", "TRADES", "STRINGS", "LINES", "WORDS", "OPAQUE"})
    Rows rows;

    private ColumnBatch batch;
    private RowChecksums checksums;

    @Setup
    public void prepare() {
        ClassLoader loader = getClass().getClassLoader();
        ValueSerializer serializer = new KryoValueSerializer(loader);
        batch = Rows.batch(rows.rows(COUNT), serializer);
        checksums = new RowChecksums(serializer, loader);
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public long sum() {
        return checksums.sum(7, batch);
    }
}
