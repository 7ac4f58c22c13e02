package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.spill.PendingRuns;
import dev.quiver.exec.spill.SpilledKeys;

/**
 * Joins two sides that do not fit into memory: deals both over runs on disk by their keys, so that a run of one side meets
 * the same run of the other only, and joins run by run. A run whose smaller part is still too much is dealt out again; one
 * that dealing does not part, or not worth dealing, is joined block by block.
 */
final class SpilledJoin implements BatchSource {
    /** Reading the probe side so often costs less than writing both sides and reading them again. */
    private static final int FEW_PASSES = 2;

    /** A run with this part of what was dealt out holds one key that is most of it, in all likelihood. */
    private static final double DOMINANT = 0.875;

    private final JoinWork work;
    private final SideShape[] shapes;
    private final PendingRuns pending = new PendingRuns();

    /** Bytes of each side of what was dealt out last at each level. */
    private final long[][] dealtBytes = new long[SpilledKeys.LEVELS][2];

    /** The sides that are being dealt out. */
    private SpilledKeys[] dealing;

    private int dealtFirst;
    private BatchSource current;

    /** @param shapes of the left and the right side */
    SpilledJoin(JoinWork work, SideShape left, SideShape right) {
        this.work = work;
        this.shapes = new SideShape[] {left, right};
    }

    /** Deals two sides out. @param left closed at its end, as is the right one */
    void deal(BatchSource left, BatchSource right, int level) throws Exception {
        dealFirst(0, left, level);
        dealSecond(right);
    }

    /** Deals one side out; the other one is to follow before a row is asked for. @param rows closed at their end */
    void dealFirst(int side, BatchSource rows, int level) throws Exception {
        dealing = new SpilledKeys[] {open(level), open(level)};
        dealtFirst = side;
        deal(rows, dealing[side]);
    }

    /** Deals the other side out. @param rows closed at their end */
    void dealSecond(BatchSource rows) throws Exception {
        deal(rows, dealing[1 - dealtFirst]);
        SpilledKeys[] sides = dealing;
        dealing = null;
        pending.add(sides);
        int level = sides[0].level();
        for (int side = 0; side < 2; side++) {
            dealtBytes[level][side] = 0;
            for (int run = 0; run < SpilledKeys.RUNS; run++) {
                dealtBytes[level][side] += sides[side].bytes(run);
            }
        }
    }

    private SpilledKeys open(int level) {
        TaskRun run = work.run();
        return new SpilledKeys(
                run.services.spill(work.operator()),
                level,
                SpilledKeys.bufferBytes(work.memory().share()),
                run.serializer,
                run.loader);
    }

    private void deal(BatchSource from, SpilledKeys into) throws Exception {
        // What is collected lies in arrays that are up to twice as long.
        long buffers = 2 * SpilledKeys.bufferBytes(work.memory().share());
        work.memory().force(buffers);
        try (from) {
            for (ColumnBatch batch = from.next(); batch != null; batch = from.next()) {
                work.run().checkKilled();
                into.accept(batch);
            }
            into.flush();
        } finally {
            work.memory().shrink(buffers);
        }
    }

    @Override
    public ColumnBatch next() throws Exception {
        while (true) {
            if (current == null) {
                PendingRuns.Run run = pending.next();
                if (run == null) {
                    return null;
                }
                work.run().checkKilled();
                current = open(run);
            }
            ColumnBatch batch = current == null ? null : current.next();
            if (batch != null) {
                return batch;
            }
            closeCurrent();
        }
    }

    /** The rows of a run; or null when it has none, or was dealt out again. */
    private BatchSource open(PendingRuns.Run run) throws Exception {
        boolean buildIsLeft = bytes(run, 0) <= bytes(run, 1);
        int build = buildIsLeft ? 0 : 1;
        int probe = 1 - build;
        if (run.rows(probe) == 0 && !work.keepsBuild(buildIsLeft)
                || run.rows(build) == 0 && !work.keepsProbe(buildIsLeft)) {
            return null;
        }
        JoinBlocks blocks = new JoinBlocks(run.read(build), shapes[build], run.rows(build), run.bytes(build), work);
        BlockJoin join = new BlockJoin(
                work,
                blocks,
                shapes[build],
                buildIsLeft,
                () -> run.read(probe),
                shapes[probe],
                run.canPart() ? run.nextLevel() : TurningJoin.NO_LEVEL);
        current = join;
        if (blocks.take() * FEW_PASSES < run.rows(build) && parts(run, build)) {
            closeCurrent();
            deal(run.read(0), run.read(1), run.nextLevel());
            return null;
        }
        if (join.begin(() -> run.read(build), run.rows(probe))) {
            return join;
        }
        closeCurrent();
        TaskRun task = work.run();
        int level = Math.min(run.nextLevel(), SpilledKeys.LEVELS - 1);
        return new RowBatches(
                work.grouped(new BatchCursor(run.read(0), task), new BatchCursor(run.read(1), task), level), task);
    }

    /** What a table of a side takes: of many short rows more than of a few long ones. */
    private long bytes(PendingRuns.Run run, int side) {
        return JoinBlocks.bytes(shapes[side], run.rows(side), run.bytes(side));
    }

    /** Whether dealing a run out once more makes its build side smaller. */
    private boolean parts(PendingRuns.Run run, int build) {
        return run.canPart() && run.bytes(build) < DOMINANT * dealtBytes[run.nextLevel() - 1][build];
    }

    private void closeCurrent() {
        BatchSource source = current;
        current = null;
        if (source != null) {
            source.close();
        }
    }

    @Override
    public void close() {
        closeCurrent();
        if (dealing != null) {
            dealing[0].close();
            dealing[1].close();
            dealing = null;
        }
        pending.close();
    }
}
