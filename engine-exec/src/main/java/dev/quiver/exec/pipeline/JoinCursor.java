package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.gather.Concatenation;
import dev.quiver.exec.kernel.join.HashJoin;
import dev.quiver.exec.spill.SpilledKeys;
import dev.quiver.exec.task.OperatorMemory;
import dev.quiver.exec.task.SpillFile;
import dev.quiver.function.FlatMapFunction;
import dev.quiver.lineage.JoinKind;
import dev.quiver.shape.Shape;
import dev.quiver.stage.StageInput;
import java.util.List;

/**
 * Joined pairs of two inputs. Reads both in turn until one ends: that is the smaller one, which goes into a table, and
 * the other is passed by it. Where memory does not suffice for that, what was read of the larger one goes to disk, then the
 * smaller one, and at last both are dealt out there. Where the inputs cannot be had in columns, or the smaller one has keys
 * that no table takes, it groups both by key and joins the groups, as the lineage says; before the first row it can always
 * change its mind.
 */
final class JoinCursor implements Cursor, AutoCloseable {
    private final List<StageInput> inputs;
    private final FlatMapFunction<Object, Object> function;
    private final JoinKind kind;
    private final String operator;
    private final int partition;
    private final TaskRun run;

    private boolean opened;
    private OperatorMemory memory;
    private JoinWork work;
    private Cursor grouped;
    private Cursor joinedRows;
    private BatchSource joined;

    /** @param operator as users know it */
    JoinCursor(
            List<StageInput> inputs,
            FlatMapFunction<Object, Object> function,
            JoinKind kind,
            String operator,
            int partition,
            TaskRun run) {
        this.inputs = inputs;
        this.function = function;
        this.kind = kind;
        this.operator = operator;
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

    private void open() throws Exception {
        if (opened) {
            return;
        }
        opened = true;
        Cursor left = run.openInput(inputs.get(0), partition);
        Cursor right = run.openInput(inputs.get(1), partition);
        memory = run.services.memory(operator);
        run.own(this);
        work = new JoinWork(kind, function, operator, memory, run);
        BatchSource leftBatches = left.batches();
        BatchSource rightBatches = right.batches();
        if (leftBatches == null || rightBatches == null) {
            grouped = work.grouped(
                    leftBatches == null ? left : new BatchCursor(leftBatches, run),
                    rightBatches == null ? right : new BatchCursor(rightBatches, run),
                    0);
            return;
        }
        JoinSide leftSide = run.own(new JoinSide(leftBatches, memory, this::file));
        JoinSide rightSide = run.own(new JoinSide(rightBatches, memory, this::file));
        memory.spillWith(() -> giveBack(leftSide, rightSide));
        boolean oneEnded = readInTurn(leftSide, rightSide);
        memory.spillWith(null);
        JoinSide smaller = leftSide.isEnded() ? leftSide : rightSide;
        if (!oneEnded || smaller.isOnDisk()) {
            deal(leftSide, rightSide);
        } else if (smaller == leftSide) {
            join(leftSide, rightSide, true);
        } else {
            join(rightSide, leftSide, false);
        }
    }

    private SpillFile file() {
        return run.services.spill(operator);
    }

    /** While a side is read ahead: another operator needs the memory. What the other side becomes of it, is seen later. */
    private long giveBack(JoinSide left, JoinSide right) throws Exception {
        long before = memory.bytes();
        JoinSide larger = left.inMemoryBytes() > right.inMemoryBytes() ? left : right;
        if (larger.inMemoryBytes() < SpilledKeys.bufferBytes(memory.share())) {
            return 0;
        }
        larger.drop();
        return before - memory.bytes();
    }

    /** Reads ahead until one side has ended; false when that takes too much memory. */
    private boolean readInTurn(JoinSide left, JoinSide right) throws Exception {
        while (true) {
            run.checkKilled();
            JoinSide smaller = left.aheadBytes() <= right.aheadBytes() ? left : right;
            if (smaller.aheadBytes() > JoinWork.MOST_BUILD_BYTES || smaller.aheadRows() > HashJoin.MOST_BUILD_ROWS) {
                return false;
            }
            if (!smaller.readAhead()) {
                return true;
            }
            if (smaller.isRefused()) {
                return false;
            }
        }
    }

    /** Joins with a side that was read to its end, in the quickest way that memory allows. */
    private void join(JoinSide build, JoinSide probe, boolean buildIsLeft) throws Exception {
        Concatenation all = planned(build, probe);
        if (all == null) {
            grouped = buildIsLeft
                    ? work.grouped(new BatchCursor(build, run), new BatchCursor(probe, run), 0)
                    : work.grouped(new BatchCursor(probe, run), new BatchCursor(build, run), 0);
            return;
        }
        joined = table(build, all, probe, buildIsLeft);
        if (joined == null && probe.inMemoryBytes() > 0) {
            probe.drop();
            joined = table(build, all, probe, buildIsLeft);
        }
        if (joined != null) {
            return;
        }
        JoinBlocks blocks = new JoinBlocks(build, build.shape(), build.aheadRows(), build.aheadBytes(), work);
        if (blocks.mayFit()) {
            // Without the batches beside the table.
            build.drop();
            if (blocks.take() == build.aheadRows()) {
                joined = new BlockJoin(work, blocks.whole(), build.shape(), buildIsLeft, () -> probe, probe.shape(), 0);
                ((BlockJoin) joined).begin(null, 0);
                return;
            }
            blocks.release();
        }
        deal(buildIsLeft ? build : probe, buildIsLeft ? probe : build);
    }

    private void deal(JoinSide left, JoinSide right) throws Exception {
        SpilledJoin spilled = new SpilledJoin(work, left.shape(), right.shape());
        joined = spilled;
        spilled.deal(left, right, 0);
    }

    /** Room for all of the build side; or null when no table takes it. */
    private Concatenation planned(JoinSide build, JoinSide probe) throws Exception {
        Concatenation all = null;
        Shape shape = null;
        for (ColumnBatch batch : build.ahead()) {
            if (!HashJoin.takes(batch, run.loader)
                    || shape != null && !batch.shape().equals(shape)) {
                return null;
            }
            if (all == null) {
                all = new Concatenation(batch);
                shape = batch.shape();
            }
            all.plan(batch, 1);
        }
        if (all == null) {
            ColumnBatch nothing = nothing(probe);
            all = nothing == null || !HashJoin.takes(nothing, run.loader) ? null : new Concatenation(nothing);
        }
        return all;
    }

    /** No rows, of the kind of key that the other side has; or null when that cannot be told. */
    private ColumnBatch nothing(JoinSide probe) throws Exception {
        probe.readAhead();
        for (ColumnBatch batch : probe.ahead()) {
            return batch.shape() instanceof Shape.PairOf pair
                    ? run.builder(new Shape.PairOf(pair.key(), Shape.UNKNOWN)).seal()
                    : null;
        }
        return null;
    }

    /** A join by a table of a build side that is read ahead; or null when there is no memory for it. */
    private BatchSource table(JoinSide build, Concatenation all, JoinSide probe, boolean buildIsLeft) throws Exception {
        long rows = build.aheadRows();
        long keyBytes = 0;
        int batches = 0;
        for (ColumnBatch batch : build.ahead()) {
            keyBytes += SideShape.keyBytes(batch);
            batches++;
        }
        long copied = batches == 1 ? build.aheadBytes() : all.bytes();
        Shape key = build.shape().pairs().key();
        for (boolean lean : new boolean[] {false, true}) {
            long bytes = copied + HashJoin.bytes(key, keyBytes, rows, lean);
            if (memory.tryGrow(bytes)) {
                ColumnBatch rowsOfBuild = batch(build, all, batches);
                HashJoin table = HashJoin.of(rowsOfBuild, kind, buildIsLeft, lean, null, run.loader);
                return new TurningJoin(
                        work,
                        new TableJoin(table, probe, probe.shape(), null, run),
                        rowsOfBuild,
                        build.shape(),
                        probe.shape(),
                        buildIsLeft,
                        0,
                        () -> memory.shrink(bytes));
            }
        }
        return null;
    }

    private ColumnBatch batch(JoinSide build, Concatenation all, int batches) throws Exception {
        if (batches == 1) {
            return build.next();
        }
        while (all.rows() < build.aheadRows()) {
            all.append(build.next());
        }
        return all.seal();
    }

    @Override
    public void close() {
        BatchSource source = joined;
        joined = null;
        if (source != null) {
            source.close();
        }
        if (memory != null) {
            memory.close();
        }
    }

    /** What is joined in columns, as a source. */
    private final class Joined implements BatchSource {
        private boolean ended;

        @Override
        public ColumnBatch next() throws Exception {
            run.step();
            ColumnBatch batch = ended ? null : joined.next();
            if (batch == null && !ended) {
                ended = true;
                JoinCursor.this.close();
            }
            return batch;
        }

        @Override
        public void close() {}
    }
}
