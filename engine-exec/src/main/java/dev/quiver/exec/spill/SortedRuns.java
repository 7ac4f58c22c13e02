package dev.quiver.exec.spill;

import java.util.ArrayList;
import java.util.List;

/**
 * The runs of one sort on disk, the oldest first, which is how rows of equal keys stay in order. When there are more than
 * memory has chunks for, neighbours are merged into one, those first that cost least to read and write again.
 */
final class SortedRuns {
    /**
     * So many are merged at once even when others hold the memory for it: with fewer, rows would be written again and
     * again. Their chunks are a small part of a task's share.
     */
    private static final int FEWEST_AT_ONCE = 8;

    /** Merges neighbouring runs into one. */
    interface Merger {
        /** @param runs the oldest first; read to their ends */
        SortedRun merge(List<SortedRun> runs) throws Exception;
    }

    private final SortSpace space;
    private final List<SortedRun> runs = new ArrayList<>();

    SortedRuns(SortSpace space) {
        this.space = space;
    }

    boolean isEmpty() {
        return runs.isEmpty();
    }

    int size() {
        return runs.size();
    }

    /** All of them, when there is memory to merge them at once. */
    List<SortedRun> all() {
        return List.copyOf(runs);
    }

    void add(SortedRun run) {
        runs.add(run);
    }

    void addOldest(SortedRun run) {
        runs.add(0, run);
    }

    /** Bytes for merging so many sources: a chunk of each, one that is being read, and rows on their way out. */
    long bytesToMerge(int sources) {
        long chunk = space.chunkBytes;
        for (SortedRun run : runs) {
            chunk = Math.max(chunk, run.mostChunkBytes());
        }
        return (sources + 1) * chunk + 2 * space.chunkBytes;
    }

    /**
     * The runs, no more of them than can be merged at once, for which the memory is held from now on.
     *
     * @param merger merges some of them before, where they are too many
     */
    List<SortedRun> toMerge(Merger merger) throws Exception {
        int most = hold();
        while (runs.size() > most) {
            int count = Math.min(most, runs.size() - most + 1);
            List<SortedRun> window = cheapest(count);
            SortedRun merged = merger.merge(List.copyOf(window));
            window.clear();
            window.add(merged);
        }
        return List.copyOf(runs);
    }

    private int hold() {
        for (int count = runs.size(); count > FEWEST_AT_ONCE; count--) {
            if (space.memory.tryGrow(bytesToMerge(count))) {
                return count;
            }
        }
        space.hold(bytesToMerge(Math.min(FEWEST_AT_ONCE, runs.size())));
        return FEWEST_AT_ONCE;
    }

    private List<SortedRun> cheapest(int count) {
        int best = 0;
        long least = Long.MAX_VALUE;
        for (int first = 0; first + count <= runs.size(); first++) {
            long bytes = 0;
            for (SortedRun run : runs.subList(first, first + count)) {
                bytes += run.bytes();
            }
            if (bytes < least) {
                least = bytes;
                best = first;
            }
        }
        return runs.subList(best, best + count);
    }
}
