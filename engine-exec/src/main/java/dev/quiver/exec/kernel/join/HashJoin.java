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
    private static final int BATCH_ROWS = 4096;

    private final JoinTable table;
    private final JoinValues build;
    private final boolean buildIsLeft;
    private final boolean keepsProbe;
    private final boolean keepsBuild;
    private final boolean[] matched;
    private JoinValues probe;
    private int rows;
    private int row;
    private int following = JoinTable.NONE;
    private boolean finishing;
    private boolean[] followers;
    private int[] heads = new int[0];
    private long[] probeRows = new long[BATCH_ROWS];
    private long[] buildRows = new long[BATCH_ROWS];

    private HashJoin(JoinTable table, ColumnBatch pairs, JoinKind kind, boolean buildIsLeft) {
        this.table = table;
        this.buildIsLeft = buildIsLeft;
        this.keepsProbe = buildIsLeft ? kind.leftOptional() : kind.rightOptional();
        this.keepsBuild = buildIsLeft ? kind.rightOptional() : kind.leftOptional();
        this.build = new JoinValues(pairs, keepsProbe);
        this.matched = keepsBuild ? new boolean[pairs.rows()] : null;
    }

    /**
     * A join with all rows of one side.
     *
     * @param build the smaller side, a batch of pairs; may be empty
     * @param loader finds the record classes that the keys are of
     * @return null when it has keys that cannot be looked up
     */
    public static HashJoin of(ColumnBatch build, JoinKind kind, boolean buildIsLeft, ClassLoader loader) {
        JoinTable table = JoinTable.of(build, loader);
        return table == null ? null : new HashJoin(table, build, kind, buildIsLeft);
    }

    /** Whether a table can be made of pairs with keys of a shape. */
    public static boolean knows(Shape key, ClassLoader loader) {
        return key == Shape.Scalar.LONG
                || key == Shape.Scalar.INT
                || key == Shape.Scalar.STRING
                || KeyIndex.knows(key, loader);
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
        if (table.isUnique()) {
            return nextOfUnique();
        }
        int count = 0;
        while (count < BATCH_ROWS) {
            if (following != JoinTable.NONE) {
                probeRows[count] = row - 1L;
                buildRows[count++] = following;
                following = table.after(following);
            } else if (row == rows) {
                break;
            } else {
                following = heads[row++];
                if (following == JoinTable.NONE && keepsProbe) {
                    probeRows[count] = row - 1L;
                    buildRows[count++] = JoinTable.NONE;
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
        int kept = keepsProbe ? 1 : 0;
        for (; row < rows; row++) {
            probeRows[count] = row;
            buildRows[count] = heads[row];
            count += heads[row] >= 0 ? 1 : kept;
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
        while (count < BATCH_ROWS) {
            if (following != JoinTable.NONE) {
                buildRows[count++] = following;
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
