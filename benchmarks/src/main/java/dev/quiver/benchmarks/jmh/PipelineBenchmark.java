package dev.quiver.benchmarks.jmh;

import dev.quiver.exec.pipeline.StageProgram;
import dev.quiver.exec.pipeline.TaskProduct;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.function.FilterFunction;
import dev.quiver.function.MapFunction;
import dev.quiver.id.DatasetId;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PartitionMapping;
import dev.quiver.shape.Shape;
import dev.quiver.stage.Action;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.StageSink;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A stage of narrow operators in one task, per row: range, map, filter, map, sum. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xmx1g", "-XX:+UseParallelGC", "--add-opens=java.base/java.nio=ALL-UNNAMED"})
public class PipelineBenchmark {
    private static final int COUNT = 1_000_000;

    private StageProgram program;
    private int datasets;

    @Setup
    public void prepare() {
        MapFunction<Object, Object> affine = row -> (long) row * 3 + 1;
        FilterFunction<Object> some = row -> ((long) row & 7) != 0;
        MapFunction<Object, Object> shifted = row -> (long) row ^ (long) row >>> 3;
        Lineage range = node(new Op.Range(0, COUNT, 1, 1));
        Lineage rows = node(new Op.Map(shifted), node(new Op.Filter(some), node(new Op.Map(affine), range)));
        Action sum = new Action.Reduce((left, right) -> (long) left + (long) right);
        ClassLoader loader = getClass().getClassLoader();
        program = StageProgram.of(
                StagePlan.of(rows, new StageSink.Produce(sum)), new KryoValueSerializer(loader), loader);
    }

    private Lineage node(Op op, Lineage... parents) {
        List<Dependency> dependencies = List.of(parents).stream()
                .<Dependency>map(parent -> new Dependency.Narrow(parent, PartitionMapping.ONE_TO_ONE))
                .toList();
        return new Lineage(
                new DatasetId(datasets++),
                op,
                dependencies,
                1,
                null,
                Shape.Scalar.LONG,
                new CallSite("benchmark", "PipelineBenchmark"));
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public TaskProduct sum() throws Exception {
        return program.run(0, new LoneTask());
    }
}
