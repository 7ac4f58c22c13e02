package dev.quiver.benchmarks.jmh;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.join.HashJoin;
import dev.quiver.lineage.JoinKind;
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

/** Building a join table and passing rows by it, per row of the larger side. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xmx2g", "-XX:+UseParallelGC"})
public class JoinKernelBenchmark {
    private static final int COUNT = 1 << 20;
    private static final int KEYS = 1 << 17;

    @Param({"LONG", "DOUBLE", "TEXT", "RECORD"})
    KeyKind kind;

    private ColumnBatch build;
    private List<ColumnBatch> probes;

    private enum Inner implements JoinKind {
        INNER;

        @Override
        public boolean leftOptional() {
            return false;
        }

        @Override
        public boolean rightOptional() {
            return false;
        }
    }

    @Setup
    public void prepare() {
        build = kind.distinct(KEYS);
        probes = kind.pairs(COUNT, KEYS);
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public long join() {
        HashJoin join = HashJoin.of(build, Inner.INNER, false, getClass().getClassLoader());
        long rows = 0;
        for (ColumnBatch probe : probes) {
            join.probe(probe);
            for (ColumnBatch batch = join.next(); batch != null; batch = join.next()) {
                rows += batch.rows();
            }
        }
        return rows;
    }
}
