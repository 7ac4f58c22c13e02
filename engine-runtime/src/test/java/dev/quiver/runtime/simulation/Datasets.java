package dev.quiver.runtime.simulation;

import dev.quiver.function.IndexedPartitionFunction;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PartitionMapping;
import dev.quiver.lineage.Partitioner;
import dev.quiver.lineage.ReadSide;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.lineage.TogetherFunction;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Lineages by the shape of their graph; what their functions do is up to {@link Rows}. */
final class Datasets {
    private int datasets;
    private int shuffles;

    /** A partitioner of no partition, which no user can make. */
    private record Nowhere() implements Partitioner {
        @Override
        public int partitionCount() {
            return 0;
        }

        @Override
        public int partition(Object key) {
            throw new IllegalStateException("there is no partition");
        }
    }

    /** What tasks that run together call. */
    record Together() implements IndexedPartitionFunction<Object, Object>, TogetherFunction {
        @Override
        public Iterator<?> call(int partition, Iterator<Object> rows) {
            return rows;
        }
    }

    Lineage source(int partitions) {
        return node("range", new Op.Range(0, partitions, 1, partitions), List.of(), partitions);
    }

    Lineage map(Lineage parent) {
        return node(
                "map",
                new Op.Map(row -> row),
                List.of(new Dependency.Narrow(parent, PartitionMapping.ONE_TO_ONE)),
                parent.partitionCount());
    }

    /** Its tasks run at the same time, all or none. */
    Lineage together(Lineage parent) {
        return node(
                "mapPartitions",
                new Op.MapPartitions(new Together()),
                List.of(new Dependency.Narrow(parent, PartitionMapping.ONE_TO_ONE)),
                parent.partitionCount());
    }

    /** A shuffle and the dataset that reads it. */
    Lineage shuffled(Lineage parent, int reduceCount) {
        Partitioner partitioner = reduceCount == 0 ? new Nowhere() : new HashPartitioner(reduceCount);
        ShuffleDependency shuffle = new ShuffleDependency(new ShuffleId(shuffles++), parent, partitioner, false, null);
        return node("reduceByKey", new Op.ShuffleRead(new ReadSide.AsIs()), List.of(shuffle), reduceCount);
    }

    Lineage union(Lineage... parents) {
        List<Dependency> dependencies = new ArrayList<>();
        int start = 0;
        for (Lineage parent : parents) {
            dependencies.add(
                    new Dependency.Narrow(parent, new PartitionMapping.Branch(start, parent.partitionCount())));
            start += parent.partitionCount();
        }
        return node("union", new Op.Concatenate(), dependencies, start);
    }

    private Lineage node(String operator, Op op, List<Dependency> dependencies, int partitions) {
        return new Lineage(
                new DatasetId(datasets++),
                op,
                dependencies,
                partitions,
                null,
                Shape.UNKNOWN,
                new CallSite(operator, "Simulated.main(Simulated.java:1)"));
    }
}
