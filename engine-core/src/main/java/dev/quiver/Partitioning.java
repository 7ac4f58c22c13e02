package dev.quiver;

import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Partitioner;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Chooses how keys are spread when nobody says. */
final class Partitioning {
    private Partitioning() {}

    /**
     * The largest partitioner that an input has, if it is within an order of magnitude of the widest input or has at
     * least the default count; else by hash into {@code default.parallelism} partitions, or as many as the widest input
     * has.
     *
     * @param asked how many partitions the user asked for, or 0
     */
    static Partitioner of(Session session, List<Lineage> inputs, int asked) {
        if (asked > 0) {
            return new HashPartitioner(asked);
        }
        int widest = inputs.stream().mapToInt(Lineage::partitionCount).max().orElse(0);
        int configured = session.config().get(SessionConfig.DEFAULT_PARALLELISM);
        int count = Math.max(1, configured > 0 ? configured : widest);
        Optional<Partitioner> largest = inputs.stream()
                .flatMap(input -> input.partitioner().stream())
                .max(Comparator.comparingInt(Partitioner::partitionCount))
                .filter(existing -> existing.partitionCount() * 10L > widest || existing.partitionCount() >= count);
        return largest.orElseGet(() -> new HashPartitioner(count));
    }
}
