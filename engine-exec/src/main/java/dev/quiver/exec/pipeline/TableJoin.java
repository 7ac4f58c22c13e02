package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSink;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.join.HashJoin;
import dev.quiver.exec.kernel.join.MetRows;
import dev.quiver.shape.Shape;
import java.util.ArrayDeque;
import java.util.Queue;

/** Passes all of one side of a join by a table of the other side's rows, or of a part of them. */
final class TableJoin implements BatchSource {
    private HashJoin join;
    private final BatchSource probe;
    private final SideShape probeShape;
    private final MetRows met;
    private final TaskRun run;
    private final Queue<MixedKeys.Part> parts = new ArrayDeque<>();
    private long firstRow;
    private long nextRow;
    private boolean joining;
    private boolean finishing;
    private ColumnBatch unread;

    /**
     * @param probe      closed with this
     * @param probeShape of the values that are missing where the probe side gives no rows
     * @param met        null where this table is the only one
     */
    TableJoin(HashJoin join, BatchSource probe, SideShape probeShape, MetRows met, TaskRun run) {
        this.join = join;
        this.probe = probe;
        this.probeShape = probeShape;
        this.met = met;
        this.run = run;
    }

    @Override
    public ColumnBatch next() throws Exception {
        while (true) {
            if (joining) {
                run.checkKilled();
                ColumnBatch batch = join.next();
                if (batch != null) {
                    return batch;
                }
                joining = false;
            }
            if (finishing || join == null) {
                return null;
            }
            MixedKeys.Part next = nextProbe();
            if (join == null) {
                return null;
            }
            if (next == null) {
                finish();
            } else {
                if (met != null) {
                    met.begin(firstRow, next.rows());
                }
                join.probe(next.pairs());
            }
            joining = true;
        }
    }

    private void finish() {
        if (nextRow == 0) {
            join.probe(run.builder(probeShape.pairs()).seal());
        }
        join.finish();
        finishing = true;
    }

    private MixedKeys.Part nextProbe() throws Exception {
        if (!parts.isEmpty()) {
            return parts.remove();
        }
        ColumnBatch next = probe.next();
        if (next == null) {
            return null;
        }
        if (join == null) {
            unread = next;
            return null;
        }
        firstRow = nextRow;
        nextRow += next.rows();
        if (!MixedKeys.isMixed(next, join.keyShape()) || join.isEmpty() && next.shape() instanceof Shape.PairOf) {
            return new MixedKeys.Part(next, null);
        }
        parts.addAll(MixedKeys.split(next, join.keyShape(), run));
        return parts.isEmpty()
                ? new MixedKeys.Part(run.builder(probeShape.pairs()).seal(), null)
                : parts.remove();
    }

    /** Whether it can be given up: not while rows of the build side may have to come out alone that met some before. */
    boolean canGiveUp() {
        return join != null && (finishing || nextRow == 0 || !join.keepsBuild());
    }

    /**
     * Gives the table up: joins the rows of the probe side that were read, and gives no row any more.
     *
     * @param results takes the rows; borrowed each
     * @return whether rows of the probe side may be left, which {@link #left} has
     */
    boolean giveUp(BatchSink results) throws Exception {
        while (joining || !parts.isEmpty()) {
            if (!joining) {
                join.probe(parts.remove().pairs());
            }
            for (ColumnBatch batch = join.next(); batch != null; batch = join.next()) {
                results.accept(batch);
            }
            joining = false;
        }
        join = null;
        return !finishing;
    }

    /** The rows of the probe side that were not joined when the table was given up. Returned: the caller closes it. */
    BatchSource left() {
        return unread == null ? probe : ShuffleSink.startingWith(unread, probe);
    }

    @Override
    public void close() {
        probe.close();
    }
}
