package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.join.HashJoin;
import dev.quiver.function.FlatMapFunction;
import dev.quiver.lineage.JoinKind;
import dev.quiver.shape.Shape;
import dev.quiver.stage.StageInput;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * Joined pairs of two inputs. Reads both in turn until one ends: that is the smaller one, which goes into a table, and
 * the other is passed by it. Where the inputs cannot be had in columns, or the smaller one has keys that no table takes,
 * it groups both by key and joins the groups, as the lineage says; before the first row it can always change its mind.
 */
final class JoinCursor implements Cursor {
    private static final long MOST_BUILD_BYTES = 1 << 30;

    private final List<StageInput> inputs;
    private final FlatMapFunction<Object, Object> function;
    private final JoinKind kind;
    private final int partition;
    private final TaskRun run;
    /** What a probe batch of mixed keys was split into. */
    private final Queue<ColumnBatch> parts = new ArrayDeque<>();

    private boolean opened;
    private Cursor grouped;
    private Cursor joinedRows;
    private HashJoin join;
    private JoinSide probe;
    private boolean joining;
    private boolean finishing;

    JoinCursor(
            List<StageInput> inputs,
            FlatMapFunction<Object, Object> function,
            JoinKind kind,
            int partition,
            TaskRun run) {
        this.inputs = inputs;
        this.function = function;
        this.kind = kind;
        this.partition = partition;
        this.run = run;
    }

    @Override
    public int next(Object[] rows) throws Exception {
        open();
        if (grouped != null) {
            return grouped.next(rows);
        }
        if (joinedRows == null) {
            joinedRows = new BatchCursor(new Joined(), run);
        }
        return joinedRows.next(rows);
    }

    @Override
    public BatchSource batches() throws Exception {
        open();
        return grouped == null ? new Joined() : null;
    }

    private ColumnBatch nextBatch() throws Exception {
        while (true) {
            if (joining) {
                run.checkKilled();
                ColumnBatch batch = join.next();
                if (batch != null) {
                    return batch;
                }
                joining = false;
            }
            if (finishing) {
                return null;
            }
            ColumnBatch next = nextProbe();
            if (next == null) {
                join.finish();
                finishing = true;
            } else {
                join.probe(next);
            }
            joining = true;
        }
    }

    private ColumnBatch nextProbe() throws Exception {
        if (!parts.isEmpty()) {
            return parts.remove();
        }
        ColumnBatch next = probe.next();
        if (next == null || !MixedKeys.isMixed(next, join.keyShape())) {
            return next;
        }
        parts.addAll(MixedKeys.split(next, join.keyShape(), run));
        return parts.remove();
    }

    private void open() throws Exception {
        if (opened) {
            return;
        }
        opened = true;
        Cursor left = run.openInput(inputs.get(0), partition);
        Cursor right = run.openInput(inputs.get(1), partition);
        BatchSource leftBatches = left.batches();
        BatchSource rightBatches = right.batches();
        if (leftBatches == null || rightBatches == null) {
            group(
                    leftBatches == null ? left : new BatchCursor(leftBatches, run),
                    rightBatches == null ? right : new BatchCursor(rightBatches, run));
            return;
        }
        JoinSide leftSide = new JoinSide(leftBatches);
        JoinSide rightSide = new JoinSide(rightBatches);
        boolean buildIsLeft;
        do {
            run.checkKilled();
            buildIsLeft = leftSide.aheadBytes() <= rightSide.aheadBytes();
        } while ((buildIsLeft ? leftSide : rightSide).readAhead());
        JoinSide build = buildIsLeft ? leftSide : rightSide;
        probe = buildIsLeft ? rightSide : leftSide;
        if (!prepare(build, buildIsLeft)) {
            group(new BatchCursor(leftSide, run), new BatchCursor(rightSide, run));
        }
    }

    private void group(Cursor left, Cursor right) {
        grouped = new FlatMapCursor(new CoGroupCursor(List.of(left, right), run), function, run);
    }

    /** Builds the table; or returns false, having used up nothing. */
    private boolean prepare(JoinSide build, boolean buildIsLeft) throws Exception {
        if (build.aheadBytes() > MOST_BUILD_BYTES) {
            return false;
        }
        ColumnBatch all = null;
        BatchBuilder builder = null;
        for (ColumnBatch batch : build.ahead()) {
            if (!(batch.shape() instanceof Shape.PairOf)) {
                return false;
            }
            if (all == null) {
                all = batch;
                continue;
            }
            if (!batch.shape().equals(all.shape())) {
                return false;
            }
            if (builder == null) {
                builder = run.builder(all.shape());
                if (!builder.appendAll(all)) {
                    return false;
                }
            }
            if (!builder.appendAll(batch)) {
                return false;
            }
        }
        if (builder != null) {
            all = builder.seal();
        }
        if (all == null) {
            all = nothing();
        }
        join = all == null ? null : HashJoin.of(all, kind, buildIsLeft, run.loader);
        return join != null;
    }

    /** No rows, of the kind of key that the other side has; or null when that cannot be told. */
    private ColumnBatch nothing() throws Exception {
        probe.readAhead();
        for (ColumnBatch batch : probe.ahead()) {
            return batch.shape() instanceof Shape.PairOf pair
                    ? run.builder(new Shape.PairOf(pair.key(), Shape.UNKNOWN)).seal()
                    : null;
        }
        return null;
    }

    /** What the table joins, as a source. */
    private final class Joined implements BatchSource {
        @Override
        public ColumnBatch next() throws Exception {
            return nextBatch();
        }

        @Override
        public void close() {}
    }
}
