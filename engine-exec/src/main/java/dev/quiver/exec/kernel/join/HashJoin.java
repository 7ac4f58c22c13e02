package dev.quiver.exec.kernel.join;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.key.KeyIndex;
import dev.quiver.lineage.JoinKind;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Joins batches of pairs with one batch of pairs that is held in a table: the build side. Give it a probe batch, take
 * result batches until there are none, and so on; at last {@link #finish}, and take what the build side alone has. The
 * result is {@code PairOf(key, PairOf(left, right))}.
 */
public final class HashJoin {
    /** Most rows that the build side may have: more, and an array of a table would be too long. */
    public static final int MOST_BUILD_ROWS = 1 << 27;

    private static final int BATCH_ROWS = 4096;

    /** A batch of long rows is cut short: a few of them may come out again and again. */
    private static final long BATCH_BYTES = 4 << 20;

    private final JoinTable table;
    private final JoinValues build;
    private final boolean buildIsLeft;
    private final boolean keepsProbe;
    private final boolean keepsBuild;
    private final boolean[] matched;
    private final long buildRowBytes;
    private final MetRows met;
    private JoinValues probe;
    private int rows;
    private int row;
    private int following = JoinTable.NONE;
    private boolean finishing;
    private boolean isLong;
    private boolean[] followers;
    private int[] heads = new int[0];
    private long[] probeRows = new long[BATCH_ROWS];
    private long[] buildRows = new long[BATCH_ROWS];

    private HashJoin(JoinTable table, ColumnBatch pairs, JoinKind kind, boolean buildIsLeft, MetRows met) {
        this.table = table;
        this.met = met;
        this.buildIsLeft = buildIsLeft;
        this.keepsProbe = buildIsLeft ? kind.leftOptional() : kind.rightOptional();
        this.keepsBuild = buildIsLeft ? kind.rightOptional() : kind.leftOptional();
        this.build = new JoinValues(pairs, keepsProbe);
        this.matched = keepsBuild ? new boolean[pairs.rows()] : null;
        this.buildRowBytes = build.mostRowBytes();
    }

    /**
     * A join with all rows of one side.
     *
     * @param build the smaller side, a batch of at most {@link #MOST_BUILD_ROWS} pairs; may be empty
     * @param loader finds the record classes that the keys are of
     * @return null when it has keys that cannot be looked up
     */
    public static HashJoin of(ColumnBatch build, JoinKind kind, boolean buildIsLeft, ClassLoader loader) {
        return of(build, kind, buildIsLeft, false, null, loader);
    }

    /**
     * A join with a part of the rows of one side, or all of them.
     *
     * @param lean whether it takes as little memory as it can
     * @param met  of the probe side, where this is one table of several; null where it is the only one
     */
    public static HashJoin of(
            ColumnBatch build, JoinKind kind, boolean buildIsLeft, boolean lean, MetRows met, ClassLoader loader) {
        if (build.rows() > MOST_BUILD_ROWS) {
            throw new IllegalArgumentException("a table of " + build + " is too large");
        }
        JoinTable table = JoinTable.of(build, lean, loader);
        return table == null ? null : new HashJoin(table, build, kind, buildIsLeft, met);
    }

    /** Whether a batch is one of pairs with keys that can be looked up. */
    public static boolean takes(ColumnBatch batch, ClassLoader loader) {
        return batch.shape() instanceof Shape.PairOf && JoinTable.takes(batch, loader);
    }

    /**
     * Most bytes that a join takes besides the build side itself, once it is made and while it is.
     *
     * @param key      shape of the keys
     * @param keyBytes of the build side's keys as columns
     */
    public static long bytes(Shape key, long keyBytes, long rows, boolean lean) {
        long marks = 2 * rows;
        return marks + JoinTable.bytes(key, keyBytes, rows, lean);
    }

    /** Whether a table can be made of pairs with keys of a shape. */
    public static boolean knows(Shape key, ClassLoader loader) {
        return key == Shape.Scalar.LONG
                || key == Shape.Scalar.INT
                || key == Shape.Scalar.STRING
                || KeyIndex.knows(key, loader);
    }

    /** Whether the build side has no rows. */
    public boolean isEmpty() {
        return build.rows() == 0;
    }

    /** Whether rows of the build side come out without a match. */
    public boolean keepsBuild() {
        return keepsBuild;
    }

    /** Shape of the keys that the build side has. */
    public Shape keyShape() {
        return build.shape().key();
    }

    /** Starts with a batch of pairs. Keys of another shape than the build side's match nothing. */
    public void probe(ColumnBatch pairs) {
        probe = new JoinValues(pairs, keepsBuild);
        rows = pairs.rows();
        row = 0;
        if (heads.length < rows) {
            heads = new int[rows];
        }
        if (probe.shape().key().equals(keyShape())) {
            table.find(pairs.columns(), rows, heads);
        } else {
            Arrays.fill(heads, 0, rows, JoinTable.NONE);
        }
        if (keepsBuild) {
            for (int at = 0; at < rows; at++) {
                if (heads[at] >= 0) {
                    matched[heads[at]] = true;
                }
            }
        }
        if (keepsProbe && met != null) {
            met.settle(heads, rows);
        }
        // A row of the probe side comes out once where keys are unique, and all of them are not more than they were.
        boolean once = table.isUnique() && pairs.sizeBytes() < BATCH_BYTES;
        long longest = buildRowBytes + (once ? 0 : probe.mostRowBytes());
        isLong = longest * Math.max(rows, BATCH_ROWS) > BATCH_BYTES;
    }

    /** After the last probe batch: what follows are the rows that only the build side has, if they are kept. */
    public void finish() {
        finishing = true;
        row = 0;
        following = JoinTable.NONE;
        rows = keepsBuild ? matched.length : 0;
        followers = keepsBuild ? table.followers() : null;
    }

    /** The next rows, never an empty batch; or null when there are none for now. */
    public ColumnBatch next() {
        if (finishing) {
            return nextOfBuild();
        }
        if (table.isUnique() && !isLong) {
            return nextOfUnique();
        }
        int count = 0;
        long bytes = 0;
        while (count < BATCH_ROWS && bytes < BATCH_BYTES) {
            if (following >= 0) {
                probeRows[count] = row - 1L;
                buildRows[count++] = following;
                bytes += isLong ? probe.rowBytes(row - 1) + build.rowBytes(following) : 0;
                following = table.after(following);
            } else if (row == rows) {
                break;
            } else {
                following = heads[row++];
                if (following == JoinTable.NONE && keepsProbe) {
                    probeRows[count] = row - 1L;
                    buildRows[count++] = JoinTable.NONE;
                    bytes += isLong ? probe.rowBytes(row - 1) : 0;
                }
            }
        }
        return joined(count, false);
    }

    private ColumnBatch nextOfUnique() {
        if (probeRows.length < rows) {
            probeRows = new long[rows];
            buildRows = new long[rows];
        }
        int count = 0;
        int least = keepsProbe ? JoinTable.NONE : 0;
        for (; row < rows; row++) {
            probeRows[count] = row;
            buildRows[count] = heads[row];
            count += heads[row] >= least ? 1 : 0;
        }
        return joined(count, count == rows);
    }

    private ColumnBatch joined(int count, boolean allOfProbe) {
        if (count == 0) {
            return null;
        }
        List<Column> columns = new ArrayList<>(probe.keys(probeRows, count, allOfProbe));
        List<Column> probed = probe.values(probeRows, count, allOfProbe);
        List<Column> built = build.values(buildRows, count, false);
        return pairs(probe.shape().key(), probe.valueShape(), count, columns, probed, built);
    }

    private ColumnBatch nextOfBuild() {
        int count = 0;
        long bytes = 0;
        boolean areLong = buildRowBytes * BATCH_ROWS > BATCH_BYTES;
        while (count < BATCH_ROWS && bytes < BATCH_BYTES) {
            if (following != JoinTable.NONE) {
                buildRows[count++] = following;
                bytes += areLong ? build.rowBytes(following) : 0;
                following = table.after(following);
            } else if (row == rows) {
                break;
            } else {
                following = followers[row] || matched[row] ? JoinTable.NONE : row;
                row++;
            }
        }
        if (count == 0) {
            return null;
        }
        Shape missing =
                probe == null ? new Shape.Opaque("no values") : probe.shape().value();
        Arrays.fill(probeRows, 0, count, JoinTable.NONE);
        List<Column> probed = probe == null
                ? List.of(new Column.Lists(
                        new int[count + 1],
                        new ColumnBatch(missing, 0, List.of(new Column.Slices(new byte[0], new int[1], null))),
                        null))
                : probe.values(probeRows, count, false);
        List<Column> columns = new ArrayList<>(build.keys(buildRows, count, false));
        return pairs(
                keyShape(),
                new Shape.OptionalOf(missing),
                count,
                columns,
                probed,
                build.values(buildRows, count, false));
    }

    private ColumnBatch pairs(
            Shape key, Shape probeValue, int count, List<Column> columns, List<Column> probed, List<Column> built) {
        columns.addAll(buildIsLeft ? built : probed);
        columns.addAll(buildIsLeft ? probed : built);
        Shape value = buildIsLeft
                ? new Shape.PairOf(build.valueShape(), probeValue)
                : new Shape.PairOf(probeValue, build.valueShape());
        return new ColumnBatch(new Shape.PairOf(key, value), count, columns);
    }
}
