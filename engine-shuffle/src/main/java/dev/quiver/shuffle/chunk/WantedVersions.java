package dev.quiver.shuffle.chunk;

import dev.quiver.task.MapVersion;
import java.util.Arrays;

/**
 * The map output versions a reader wants from one holder: at most one of each map partition. Kept as ranges of map
 * partitions that share one epoch and attempt, with exceptions, because that is what a stage without failures leaves
 * behind. Immutable.
 */
public final class WantedVersions {
    /** More map partitions than any shuffle has. */
    public static final int MAX_MAP_PARTITIONS = 1 << 28;

    private final int[] bounds;
    private final int[] ranks;
    private final int count;
    private final int epoch;
    private final int attempt;
    private final MapVersion[] exceptions;

    private WantedVersions(int[] bounds, int epoch, int attempt, MapVersion[] exceptions) {
        this.bounds = bounds;
        this.ranks = new int[bounds.length / 2];
        int total = 0;
        for (int run = 0; run < ranks.length; run++) {
            ranks[run] = total;
            total += bounds[2 * run + 1] - bounds[2 * run];
        }
        this.count = total;
        this.epoch = epoch;
        this.attempt = attempt;
        this.exceptions = exceptions;
    }

    /** How many versions are wanted. */
    public int count() {
        return count;
    }

    /** Position of a map partition among the wanted ones in ascending order, or -1 when none of its versions is. */
    public int indexOf(int mapPartition) {
        int low = 0;
        int high = ranks.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (mapPartition < bounds[2 * middle]) {
                high = middle - 1;
            } else if (mapPartition >= bounds[2 * middle + 1]) {
                low = middle + 1;
            } else {
                return ranks[middle] + mapPartition - bounds[2 * middle];
            }
        }
        return -1;
    }

    /** The map partition at a position that {@link #indexOf} gives. */
    public int mapPartition(int index) {
        int run = Arrays.binarySearch(ranks, index);
        run = run < 0 ? -run - 2 : run;
        return bounds[2 * run] + index - ranks[run];
    }

    public boolean contains(MapVersion version) {
        if (indexOf(version.mapPartition()) < 0) {
            return false;
        }
        MapVersion exception = exception(version.mapPartition());
        return exception != null ? exception.equals(version) : version.epoch() == epoch && version.attempt() == attempt;
    }

    /** The wanted version at a position. */
    public MapVersion version(int index) {
        int mapPartition = mapPartition(index);
        MapVersion exception = exception(mapPartition);
        return exception != null ? exception : new MapVersion(mapPartition, epoch, attempt);
    }

    /** First and one-after-last map partition of each range, ascending and apart. */
    public int[] bounds() {
        return bounds.clone();
    }

    /** The epoch of all but the exceptions. */
    public int epoch() {
        return epoch;
    }

    /** The attempt of all but the exceptions. */
    public int attempt() {
        return attempt;
    }

    /** Wanted versions of another epoch or attempt, by ascending map partition. */
    public MapVersion[] exceptions() {
        return exceptions.clone();
    }

    private MapVersion exception(int mapPartition) {
        int low = 0;
        int high = exceptions.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int found = exceptions[middle].mapPartition();
            if (found == mapPartition) {
                return exceptions[middle];
            } else if (found < mapPartition) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return count + " map outputs";
    }

    /**
     * Collects versions by ascending map partition. The first version's epoch and attempt become the common ones unless
     * {@link #common} says otherwise. One thread.
     */
    public static final class Builder {
        private int[] bounds = new int[4];
        private int boundCount;
        private MapVersion[] exceptions = new MapVersion[2];
        private int exceptionCount;
        private boolean hasCommon;
        private int epoch;
        private int attempt;

        /** The epoch and attempt that most versions share. */
        public Builder common(int commonEpoch, int commonAttempt) {
            hasCommon = true;
            epoch = commonEpoch;
            attempt = commonAttempt;
            return this;
        }

        /** Adds a version. */
        public Builder add(int mapPartition, int itsEpoch, int itsAttempt) {
            if (!hasCommon) {
                common(itsEpoch, itsAttempt);
            }
            addRange(mapPartition, mapPartition + 1);
            if (itsEpoch != epoch || itsAttempt != attempt) {
                addException(new MapVersion(mapPartition, itsEpoch, itsAttempt));
            }
            return this;
        }

        /**
         * Adds map partitions of the common epoch and attempt.
         *
         * @throws IllegalArgumentException if the range is empty, out of order, or beyond {@link #MAX_MAP_PARTITIONS}
         */
        public Builder addRange(int from, int to) {
            int last = boundCount == 0 ? 0 : bounds[boundCount - 1];
            if (from < last || to <= from || to > MAX_MAP_PARTITIONS) {
                throw new IllegalArgumentException("map partitions [" + from + ", " + to + ") after " + last);
            }
            if (boundCount > 0 && from == last) {
                bounds[boundCount - 1] = to;
                return this;
            }
            if (boundCount == bounds.length) {
                bounds = Arrays.copyOf(bounds, boundCount * 2);
            }
            bounds[boundCount++] = from;
            bounds[boundCount++] = to;
            return this;
        }

        /**
         * Says that a map partition is wanted in another version than the common one.
         *
         * @throws IllegalArgumentException if exceptions are out of order
         */
        public Builder addException(MapVersion version) {
            if (exceptionCount > 0 && exceptions[exceptionCount - 1].mapPartition() >= version.mapPartition()) {
                throw new IllegalArgumentException("exception " + version + " out of order");
            }
            if (exceptionCount == exceptions.length) {
                exceptions = Arrays.copyOf(exceptions, exceptionCount * 2);
            }
            exceptions[exceptionCount++] = version;
            return this;
        }

        public WantedVersions build() {
            return new WantedVersions(
                    Arrays.copyOf(bounds, boundCount), epoch, attempt, Arrays.copyOf(exceptions, exceptionCount));
        }
    }
}
