package dev.quiver.runtime.driver;

import dev.quiver.Dataset;
import dev.quiver.Inside;
import dev.quiver.Session;
import dev.quiver.lineage.Lineage;
import java.util.List;
import java.util.stream.IntStream;

/** On how many executors the partitions of a cached dataset are, in memory or on disk, as the driver knows it. */
public final class KeptCopies {
    private KeptCopies() {}

    /** The copies of each partition. */
    public static List<Integer> of(Session session, Dataset<?> cached) {
        DriverEngine engine = (DriverEngine) Inside.engine(session);
        Lineage lineage = Inside.lineage(cached);
        return IntStream.range(0, lineage.partitionCount())
                .mapToObj(partition -> engine.holders(lineage, partition).size())
                .toList();
    }
}
