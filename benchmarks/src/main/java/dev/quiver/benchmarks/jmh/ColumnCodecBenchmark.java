package dev.quiver.benchmarks.jmh;

import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
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

/** Rows into columns and back, per row. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xmx1g", "-XX:+UseParallelGC", "--add-opens=java.base/java.nio=ALL-UNNAMED"})
public class ColumnCodecBenchmark {
    private static final int COUNT = 4096;

    @Param
    Rows kind;

    private final ClassLoader loader = getClass().getClassLoader();
    private final ValueSerializer serializer = new KryoValueSerializer(loader);
    private final Object[] into = new Object[1024];
    private BatchBuilder builder;
    private Object[] rows;
    private ColumnBatch batch;

    @Setup
    public void prepare() {
        rows = kind.rows(COUNT);
        batch = Rows.batch(rows, serializer);
        builder = new BatchBuilder(Shape.UNKNOWN, serializer, loader);
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public ColumnBatch appendAndSeal() {
        for (Object row : rows) {
            builder.append(row);
        }
        return builder.seal();
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public Object read() {
        RowReader reader = new RowReader(batch, serializer, loader);
        int from = 0;
        while (from < COUNT) {
            from += reader.read(from, into);
        }
        return into;
    }
}
