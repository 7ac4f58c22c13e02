package dev.quiver.benchmarks.jmh;

import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.serializer.ValueSerializer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One value into bytes and back: what a result, an accumulator or an opaque row costs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xmx1g", "-XX:+UseParallelGC", "--add-opens=java.base/java.nio=ALL-UNNAMED"})
public class ValueSerializerBenchmark {
    @Param
    Rows kind;

    private final ValueSerializer serializer =
            new KryoValueSerializer(getClass().getClassLoader());
    private Object value;
    private byte[] bytes;

    @Setup
    public void prepare() {
        value = kind.row(new SplittableRandom(42));
        bytes = serializer.write(value);
    }

    @Benchmark
    public byte[] write() {
        return serializer.write(value);
    }

    @Benchmark
    public Object read() {
        return serializer.read(bytes);
    }
}
