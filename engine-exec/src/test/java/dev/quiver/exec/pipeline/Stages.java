package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.function.FilterFunction;
import dev.quiver.function.FlatMapFunction;
import dev.quiver.function.IndexedPartitionFunction;
import dev.quiver.function.MapFunction;
import dev.quiver.id.BlockId;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PartitionMapping;
import dev.quiver.lineage.Partitioner;
import dev.quiver.lineage.ReadSide;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import dev.quiver.stage.Action;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.StageSink;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A driver, a scheduler and a cluster of one thread, small enough to read: defines datasets and runs them. */
final class Stages {
    final ClassLoader loader;
    final ValueSerializer serializer;
    final FakeServices.Cluster cluster = new FakeServices.Cluster();
    PipelineSettings settings = PipelineSettings.DEFAULTS;
    /** Most bytes that each operator of a task may hold. */
    long memoryBytes = Long.MAX_VALUE;

    /** What others do between two batches of a task. */
    Others others = services -> {};

    /** Told of a task between two of its batches. */
    interface Others {
        void ask(FakeServices services) throws Exception;
    }

    /** Bytes that tasks put aside on disk so far. */
    long spilledBytes;

    private final Set<ShuffleId> ran = new HashSet<>();
    private int datasets;
    private int shuffles;

    Stages() {
        this(Stages.class.getClassLoader());
    }

    /** Of an application whose classes come from a loader. */
    Stages(ClassLoader loader) {
        this.loader = loader;
        this.serializer = new KryoValueSerializer(loader);
    }

    Lineage node(Op op, int partitions, Dependency... dependencies) {
        return new Lineage(
                new DatasetId(datasets++),
                op,
                List.of(dependencies),
                partitions,
                null,
                Shape.UNKNOWN,
                new CallSite("test", "here"));
    }

    Lineage range(long start, long end, long step, int partitions) {
        return node(new Op.Range(start, end, step, partitions), partitions);
    }

    Lineage collection(List<List<Object>> slices) {
        Lineage lineage = node(new Op.Collection(slices.size()), slices.size());
        for (int slice = 0; slice < slices.size(); slice++) {
            BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, serializer, loader);
            slices.get(slice).forEach(builder::append);
            cluster.blocks.put(
                    new BlockId.CollectionSlice(lineage.id(), slice),
                    builder.rows() == 0 ? List.of() : List.of(builder.seal()));
        }
        return lineage;
    }

    Lineage narrow(Lineage parent, Op op) {
        return node(op, parent.partitionCount(), new Dependency.Narrow(parent, PartitionMapping.ONE_TO_ONE));
    }

    Lineage map(Lineage parent, MapFunction<Object, Object> function) {
        return narrow(parent, new Op.Map(function));
    }

    Lineage filter(Lineage parent, FilterFunction<Object> function) {
        return narrow(parent, new Op.Filter(function));
    }

    Lineage flatMap(Lineage parent, FlatMapFunction<Object, Object> function) {
        return narrow(parent, new Op.FlatMap(function));
    }

    Lineage mapPartitions(Lineage parent, IndexedPartitionFunction<Object, Object> function) {
        return narrow(parent, new Op.MapPartitions(function));
    }

    ShuffleDependency shuffle(Lineage parent, Partitioner partitioner, boolean keyed, Aggregation mapSide) {
        return new ShuffleDependency(new ShuffleId(shuffles++), parent, partitioner, keyed, mapSide);
    }

    Lineage read(ShuffleDependency shuffle, ReadSide side) {
        return node(new Op.ShuffleRead(side), shuffle.reduceCount(), shuffle);
    }

    Lineage aggregate(Lineage parent, Partitioner partitioner, Aggregation aggregation) {
        return read(
                shuffle(parent, partitioner, true, aggregation.mapSideCombine() ? aggregation : null),
                new ReadSide.Aggregated(aggregation));
    }

    /** Runs all map stages that a dataset needs, deepest first. */
    void prepare(Lineage lineage) throws Exception {
        for (Dependency dependency : lineage.dependencies()) {
            prepare(dependency.parent());
            if (dependency instanceof ShuffleDependency shuffle && ran.add(shuffle.id())) {
                StageProgram program = program(
                        shuffle.parent(),
                        new StageSink.WriteShuffle(
                                shuffle.id(),
                                shuffle.partitioner(),
                                shuffle.keyed(),
                                shuffle.mapSide().orElse(null)));
                for (int partition = 0; partition < shuffle.mapCount(); partition++) {
                    FakeServices services = services(partition);
                    program.run(partition, services);
                    spilledBytes += services.counters.snapshot(0).spilledBytes();
                }
            }
        }
    }

    StageProgram program(Lineage lineage, StageSink sink) {
        return StageProgram.of(StagePlan.of(lineage, sink), serializer, loader, settings);
    }

    Object run(Lineage lineage, Action action, int partition) throws Exception {
        FakeServices services = services(partition);
        Object result = run(lineage, action, services);
        spilledBytes += services.counters.snapshot(0).spilledBytes();
        return result;
    }

    /** The executor around one task. */
    FakeServices services(int partition) {
        FakeServices services = new FakeServices(cluster, partition, 0);
        services.memoryBytes = memoryBytes;
        services.others = others;
        return services;
    }

    Object run(Lineage lineage, Action action, FakeServices services) throws Exception {
        TaskProduct product =
                program(lineage, new StageSink.Produce(action)).run(services.attempt.partition(), services);
        return serializer.read(((TaskProduct.Value) product).bytes());
    }

    /** The rows of all partitions. */
    List<Object> collect(Lineage lineage) throws Exception {
        prepare(lineage);
        List<Object> rows = new ArrayList<>();
        for (int partition = 0; partition < lineage.partitionCount(); partition++) {
            rows.addAll((List<?>) run(lineage, new Action.Collect(Long.MAX_VALUE), partition));
        }
        assertThat(cluster.open).as("sources and writers left open").isZero();
        return rows;
    }

    static Object key(Object pair) {
        return ((Pair<?, ?>) pair).key();
    }

    static Object value(Object pair) {
        return ((Pair<?, ?>) pair).value();
    }
}
