package dev.quiver.shuffle.chunk;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.task.MapVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which map output version each row of a chunk came from, as runs in row order. A chunk joins rows of several versions,
 * some of which a reader may not want: those of an attempt that lost or was aborted. Immutable.
 */
public final class ChunkSources {
    private final MapVersion[] versions;
    private final int[] rows;
    private final int totalRows;

    private ChunkSources(MapVersion[] versions, int[] rows, int totalRows) {
        this.versions = versions;
        this.rows = rows;
        this.totalRows = totalRows;
    }

    /** All rows of one version. */
    public static ChunkSources of(MapVersion version, int rows) {
        return new Builder().add(version, rows).build();
    }

    /** How many runs there are. */
    public int size() {
        return versions.length;
    }

    public MapVersion version(int run) {
        return versions[run];
    }

    /** Rows of a run, at least 1. */
    public int rows(int run) {
        return rows[run];
    }

    public int totalRows() {
        return totalRows;
    }

    public boolean containsAnyOf(WantedVersions wanted) {
        for (MapVersion version : versions) {
            if (wanted.contains(version)) {
                return true;
            }
        }
        return false;
    }

    /** Whether every row is of this one version. */
    public boolean isOnly(MapVersion version) {
        return versions.length == 1 && versions[0].equals(version);
    }

    /**
     * The wanted rows of the chunk, in row order.
     *
     * @param batch the chunk's batch, with {@link #totalRows()} rows
     * @return the batch itself when all of it is wanted, as it usually is; otherwise one slice a stretch of wanted rows
     */
    public List<ColumnBatch> select(ColumnBatch batch, WantedVersions wanted) {
        List<ColumnBatch> selected = new ArrayList<>(1);
        int from = 0;
        int to = 0;
        for (int run = 0; run < versions.length; run++) {
            if (wanted.contains(versions[run])) {
                to += rows[run];
                continue;
            }
            if (to > from) {
                selected.add(BatchSlice.slice(batch, from, to));
            }
            from = to + rows[run];
            to = from;
        }
        if (to > from) {
            selected.add(from == 0 && to == batch.rows() ? batch : BatchSlice.slice(batch, from, to));
        }
        return selected;
    }

    /** Where the rows of each stretch that {@link #select} gives came from, in the same order. */
    public List<ChunkSources> selectSources(WantedVersions wanted) {
        List<ChunkSources> selected = new ArrayList<>(1);
        Builder stretch = new Builder();
        for (int run = 0; run < versions.length; run++) {
            if (wanted.contains(versions[run])) {
                stretch.add(versions[run], rows[run]);
            } else if (stretch.size > 0) {
                selected.add(stretch.build());
                stretch = new Builder();
            }
        }
        if (stretch.size > 0) {
            selected.add(stretch.build());
        }
        return selected;
    }

    @Override
    public String toString() {
        return totalRows + " rows of " + (versions.length == 1 ? versions[0] : versions.length + " map outputs");
    }

    /** Collects runs in row order. One thread. */
    public static final class Builder {
        private MapVersion[] versions = new MapVersion[1];
        private int[] rows = new int[1];
        private int size;
        private int totalRows;

        /**
         * Adds the next rows; they lengthen the last run when they are of the same version.
         *
         * @throws ArithmeticException if the chunk would have more rows than an int can count
         */
        public Builder add(MapVersion version, int more) {
            if (more <= 0) {
                throw new IllegalArgumentException("a run of " + more + " rows of " + version);
            }
            totalRows = Math.addExact(totalRows, more);
            if (size > 0 && versions[size - 1].equals(version)) {
                rows[size - 1] += more;
                return this;
            }
            if (size == versions.length) {
                versions = Arrays.copyOf(versions, size * 2);
                rows = Arrays.copyOf(rows, size * 2);
            }
            versions[size] = version;
            rows[size++] = more;
            return this;
        }

        public ChunkSources build() {
            return new ChunkSources(Arrays.copyOf(versions, size), Arrays.copyOf(rows, size), totalRows);
        }
    }
}
