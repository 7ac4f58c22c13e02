package dev.quiver.shuffle.reader;

import dev.quiver.exec.task.FetchFailure;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.shuffle.chunk.ChunkSources;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.task.MapVersion;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Proves that one holder delivers exactly the rows that its map outputs have for a reduce partition: the rows each map
 * task counted when it committed against the rows that arrived in chunks. Belongs to the reading task's thread.
 */
final class DeliveryCheck {
    private static final long UNKNOWN = -1;

    private final ShuffleId shuffle;
    private final int reducePartition;
    private final ExecutorId holder;
    private final WantedVersions wanted;
    private final IntPredicate mayBeEmpty;
    private final long[] expected;
    private final long[] delivered;

    /** @param mayBeEmpty map partitions of which nobody but their holder knows whether there are rows */
    DeliveryCheck(
            ShuffleId shuffle, int reducePartition, ExecutorId holder, WantedVersions wanted, IntPredicate mayBeEmpty) {
        this.shuffle = shuffle;
        this.reducePartition = reducePartition;
        this.holder = holder;
        this.wanted = wanted;
        this.mayBeEmpty = mayBeEmpty;
        this.expected = new long[wanted.count()];
        this.delivered = new long[wanted.count()];
    }

    /** The holder says which wanted map outputs it has; again after a retry. Fails when it lacks one. */
    void known(List<MapVersion> versions, long[] rows) throws FetchFailure {
        Arrays.fill(expected, UNKNOWN);
        for (int index = 0; index < versions.size(); index++) {
            if (wanted.contains(versions.get(index))) {
                expected[wanted.indexOf(versions.get(index).mapPartition())] = rows[index];
            }
        }
        // Outputs that are known to have rows are as good as lost when there are none.
        fail(index -> expected[index] < 0 || isWronglyEmpty(index), "it does not have", "there any more");
    }

    private boolean isWronglyEmpty(int index) {
        return expected[index] == 0 && !mayBeEmpty.test(wanted.version(index).mapPartition());
    }

    void delivered(ChunkSources sources) {
        for (int run = 0; run < sources.size(); run++) {
            if (wanted.contains(sources.version(run))) {
                delivered[wanted.indexOf(sources.version(run).mapPartition())] += sources.rows(run);
            }
        }
    }

    /** Everything has arrived. Fails when rows are missing, or are too many. */
    void complete() throws FetchFailure {
        fail(
                index -> expected[index] != delivered[index],
                "it delivered another number of rows than it has of",
                "in full");
    }

    /** What is lost when these sources cannot be read: the one map output, or -1 when there are several. */
    int lost(ChunkSources sources) {
        int lost = -1;
        for (int run = 0; run < sources.size(); run++) {
            int map = sources.version(run).mapPartition();
            if (wanted.contains(sources.version(run))) {
                if (lost >= 0 && lost != map) {
                    return -1;
                }
                lost = map;
            }
        }
        return lost;
    }

    FetchFailure failure(int mapPartition, String why, Throwable cause) {
        String what = mapPartition < 0 ? "the map outputs" : "map output " + mapPartition;
        return new FetchFailure(
                shuffle,
                mapPartition,
                holder,
                "Cannot read " + what + " of shuffle " + shuffle + " for reduce partition " + reducePartition
                        + " from executor " + holder + ": " + why + ". What is lost is computed again.",
                cause);
    }

    private void fail(IntPredicate wrong, String what, String where) throws FetchFailure {
        int first = -1;
        int count = 0;
        for (int index = 0; index < expected.length; index++) {
            if (wrong.test(index)) {
                first = count++ == 0 ? index : first;
            }
        }
        if (count > 0) {
            MapVersion version = wanted.version(first);
            String why = what + " " + version
                    + (count > 1 ? " and " + (count - 1) + " more " : " ") + where + " (rows expected "
                    + (expected[first] < 0 ? "unknown" : expected[first]) + ", delivered " + delivered[first] + ")";
            throw failure(count == 1 ? version.mapPartition() : -1, why, null);
        }
    }
}
