package dev.quiver.benchmarks.jmh;

import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.arrow.CorruptBatch;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.value.KryoValueSerializer;
import java.nio.ByteBuffer;
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

/** Columns into Arrow messages and back, per row. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xmx1g", "-XX:+UseParallelGC", "--add-opens=java.base/java.nio=ALL-UNNAMED"})
public class ArrowCodecBenchmark {
    private static final int COUNT = 4096;

    @Param({"LONGS", "STRINGS", "PAIRS", "WORDS", "TRADES"})
    Rows kind;

    private final ArrowBatches arrow = new ArrowBatches();
    private ColumnBatch batch;
    private byte[] schema;
    private byte[] message;

    @Setup
    public void prepare() {
        batch = Rows.batch(kind.rows(COUNT), new KryoValueSerializer(getClass().getClassLoader()));
        schema = arrow.schemaMessage(batch);
        message = arrow.batchMessage(batch);
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public byte[] encode() {
        return arrow.batchMessage(batch);
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public ColumnBatch decode() throws CorruptBatch {
        return arrow.decode(schema, ByteBuffer.wrap(message));
    }
}
