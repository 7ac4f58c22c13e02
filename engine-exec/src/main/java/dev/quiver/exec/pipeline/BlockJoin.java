package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.join.HashJoin;
import dev.quiver.exec.kernel.join.MetRows;
import dev.quiver.shape.Shape;

/**
 * Joins two sides of which one need not fit into memory: makes a table of as much of the build side as does, passes all of
 * the probe side by it, and goes on with the next block. Where the build side fits, there is one block and one pass. A key
 * that is frequent on both sides, and that nothing parts, is joined so too.
 *
 * <p>Rows of the build side without a match come out after their block's pass, rows of the probe side with the last block.
 */
final class BlockJoin implements BatchSource {
    private final JoinWork work;
    private final JoinBlocks blocks;
    private final SideShape buildShape;
    private final boolean buildIsLeft;
    private final Opener probe;
    private final SideShape probeShape;
    private final int level;
    private ColumnBatch block;
    private BatchSource table;
    private MetRows met;
    private long metBytes;

    /** Opens a side from its start. */
    interface Opener {
        BatchSource open() throws Exception;
    }

    /**
     * @param blocks of the build side; closed with this
     * @param probe  is opened once for each block
     * @param level  at which what is left of a single block is dealt out when its memory is needed; or {@link
     *               TurningJoin#NO_LEVEL}
     */
    BlockJoin(
            JoinWork work,
            JoinBlocks blocks,
            SideShape buildShape,
            boolean buildIsLeft,
            Opener probe,
            SideShape probeShape,
            int level) {
        this.work = work;
        this.blocks = blocks;
        this.buildShape = buildShape;
        this.buildIsLeft = buildIsLeft;
        this.probe = probe;
        this.probeShape = probeShape;
        this.level = level;
    }

    /**
     * Reads the first block.
     *
     * @param build     opens the build side once more, to see what is behind the first block
     * @param probeRows that the probe side has
     * @return false when there are rows of which no table can be made, or of several shapes
     */
    boolean begin(Opener build, long probeRows) throws Exception {
        block = blocks.next();
        if (block == null) {
            block = work.run()
                    .builder(new Shape.PairOf(
                            Shape.Scalar.LONG, buildShape.pairs().value()))
                    .seal();
            return true;
        }
        if (!HashJoin.takes(block, work.run().loader)) {
            return false;
        }
        if (blocks.isEnded()) {
            return true;
        }
        try (BatchSource all = build.open()) {
            for (ColumnBatch batch = all.next(); batch != null; batch = all.next()) {
                work.run().checkKilled();
                if (!batch.shape().equals(block.shape()) || !HashJoin.takes(batch, work.run().loader)) {
                    return false;
                }
            }
        }
        if (work.keepsProbe(buildIsLeft)) {
            metBytes = MetRows.bytes(probeRows);
            work.memory().force(metBytes);
            met = new MetRows(probeRows);
        }
        return true;
    }

    @Override
    public ColumnBatch next() throws Exception {
        while (block != null || table != null) {
            if (table == null) {
                table = table();
                block = null;
            }
            ColumnBatch batch = table.next();
            if (batch != null) {
                return batch;
            }
            closeTable();
            blocks.release();
            block = blocks.next();
        }
        return null;
    }

    private BatchSource table() throws Exception {
        if (met != null && blocks.isEnded()) {
            met.lastPass();
        }
        HashJoin join = work.table(block, buildIsLeft, met);
        TableJoin all = new TableJoin(join, probe.open(), probeShape, met, work.run());
        return met != null || level == TurningJoin.NO_LEVEL
                ? all
                : new TurningJoin(work, all, block, buildShape, probeShape, buildIsLeft, level, blocks::release);
    }

    private void closeTable() {
        if (table != null) {
            table.close();
            table = null;
        }
        block = null;
    }

    @Override
    public void close() {
        closeTable();
        met = null;
        work.memory().shrink(metBytes);
        metBytes = 0;
        blocks.close();
    }
}
