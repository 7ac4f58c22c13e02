package dev.quiver.benchmarks.scale;

import dev.quiver.id.DatasetId;
import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.ReadSide;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.shape.Shape;
import java.util.List;

/** Datasets whose rows nobody computes. */
public final class Plans {
    private static final CallSite SITE = new CallSite("range", "Plans");

    private Plans() {}

    /** One of so many partitions. @param number of the dataset, which no other has */
    public static Lineage range(int number, int partitions) {
        return new Lineage(
                new DatasetId(number),
                new Op.Range(0, partitions, 1, partitions),
                List.of(),
                partitions,
                null,
                Shape.Scalar.LONG,
                SITE);
    }

    /** One of so many partitions that reads shuffle 0, into which a {@link #range} is written. Takes two numbers. */
    public static Lineage shuffled(int number, int maps, int reducers) {
        ShuffleDependency shuffle =
                new ShuffleDependency(new ShuffleId(0), range(number, maps), new HashPartitioner(reducers), true, null);
        return new Lineage(
                new DatasetId(number + 1),
                new Op.ShuffleRead(new ReadSide.AsIs()),
                List.of(shuffle),
                reducers,
                null,
                Shape.Scalar.LONG,
                SITE);
    }
}
