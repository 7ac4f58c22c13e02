package dev.quiver.benchmarks.jmh;

import dev.quiver.Session;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** How long a user waits for a job of one task with nothing to do, once all is warm; percentiles, since it varies. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx1g", "-XX:+UseParallelGC", "--add-opens=java.base/java.nio=ALL-UNNAMED"})
public class JobLatencyBenchmark {
    @Param({"local[2]", "local-cluster[2,1,512]"})
    String master;

    private Session session;

    @Setup(Level.Trial)
    public void start() {
        session = Session.builder().master(master).create();
    }

    @TearDown(Level.Trial)
    public void stop() {
        session.close();
    }

    @Benchmark
    public long oneTask() {
        return session.range(0, 1, 1, 1).count();
    }
}
