package dev.quiver;

import dev.quiver.engine.Engine;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PartitionMapping;
import dev.quiver.lineage.Partitioner;
import dev.quiver.lineage.ReadSide;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/** Makes the nodes of the lineage. Safe for use by many threads. */
final class LineageFactory {
    private final Engine engine;

    LineageFactory(Engine engine) {
        this.engine = engine;
    }

    Lineage source(Op op, int partitions, Shape shape, CallSite site) {
        return new Lineage(engine.newDatasetId(), op, List.of(), partitions, null, shape, site);
    }

    /** A node that works partition by partition, after which nothing is known about where keys lie. */
    Lineage narrow(Lineage parent, Op op, Shape shape, CallSite site) {
        return narrow(parent, op, shape, null, site);
    }

    /** A node that works partition by partition and leaves keys where they are. */
    Lineage keepingKeys(Lineage parent, Op op, Shape shape, CallSite site) {
        return narrow(parent, op, shape, parent.partitioner().orElse(null), site);
    }

    private Lineage narrow(Lineage parent, Op op, Shape shape, Partitioner partitioner, CallSite site) {
        Dependency input = new Dependency.Narrow(parent, PartitionMapping.ONE_TO_ONE);
        return new Lineage(
                engine.newDatasetId(), op, List.of(input), parent.partitionCount(), partitioner, shape, site);
    }

    /** A node that groups neighbouring partitions of its parent. */
    Lineage grouped(Lineage parent, int partitions, CallSite site) {
        Dependency input =
                new Dependency.Narrow(parent, new PartitionMapping.Grouped(parent.partitionCount(), partitions));
        return new Lineage(
                engine.newDatasetId(), new Op.Concatenate(), List.of(input), partitions, null, parent.shape(), site);
    }

    /** Inputs side by side, or partition by partition where all of them are partitioned alike. */
    Lineage union(List<Lineage> inputs, CallSite site) {
        Shape shape = inputs.get(0).shape();
        Partitioner common = inputs.get(0).partitioner().orElse(null);
        for (Lineage input : inputs) {
            shape = shape.equals(input.shape()) ? shape : Shape.UNKNOWN;
            common = input.partitioner().isPresent() && input.partitioner().get().equals(common) ? common : null;
        }
        List<Dependency> dependencies = new ArrayList<>();
        long start = 0;
        for (Lineage input : inputs) {
            dependencies.add(new Dependency.Narrow(
                    input,
                    common != null
                            ? PartitionMapping.ONE_TO_ONE
                            : new PartitionMapping.Branch((int) start, input.partitionCount())));
            start += input.partitionCount();
            if (start > Integer.MAX_VALUE) {
                throw new UsageException(site + ": the inputs have more than " + Integer.MAX_VALUE
                        + " partitions together; coalesce them first");
            }
        }
        int partitions = common != null ? common.partitionCount() : (int) start;
        return new Lineage(
                engine.newDatasetId(), new Op.Concatenate(), dependencies, partitions, common, shape, site);
    }

    /** Rows dealt out in turn. */
    Lineage dealt(Lineage parent, Partitioner dealing, CallSite site) {
        ShuffleDependency shuffle = shuffle(parent, dealing, false, null);
        return new Lineage(
                engine.newDatasetId(), new Op.ShuffleRead(new ReadSide.AsIs()), List.of(shuffle),
                dealing.partitionCount(), null, parent.shape(), site);
    }

    /** Pairs brought together by key. */
    Lineage shuffled(
            Lineage parent, Partitioner partitioner, Aggregation mapSide, ReadSide readSide, Shape shape,
            CallSite site) {
        ShuffleDependency shuffle = shuffle(parent, partitioner, true, mapSide);
        return new Lineage(
                engine.newDatasetId(), new Op.ShuffleRead(readSide), List.of(shuffle), partitioner.partitionCount(),
                partitioner, shape, site);
    }

    /** The values of each key in every input; inputs that already lie right are not moved. */
    Lineage coGrouped(List<Lineage> inputs, Partitioner partitioner, Shape shape, CallSite site) {
        List<Dependency> dependencies = new ArrayList<>();
        for (Lineage input : inputs) {
            dependencies.add(
                    input.partitioner().filter(partitioner::equals).isPresent()
                            ? new Dependency.Narrow(input, PartitionMapping.ONE_TO_ONE)
                            : shuffle(input, partitioner, true, null));
        }
        return new Lineage(
                engine.newDatasetId(), new Op.CoGroup(inputs.size()), dependencies, partitioner.partitionCount(),
                partitioner, shape, site);
    }

    private ShuffleDependency shuffle(Lineage parent, Partitioner partitioner, boolean keyed, Aggregation mapSide) {
        ShuffleDependency shuffle =
                new ShuffleDependency(engine.newShuffleId(), parent, partitioner, keyed, mapSide);
        engine.track(shuffle);
        return shuffle;
    }
}
