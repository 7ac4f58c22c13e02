package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.OpaqueParts;
import dev.quiver.exec.kernel.gather.RowGather;
import dev.quiver.exec.spill.SpilledKeys;
import dev.quiver.exec.task.OperatorMemory;
import dev.quiver.exec.task.SpillFile;
import java.util.List;

/**
 * Joins with a table of all of the build side while there is memory for it. When another operator of the task needs the
 * memory, it turns: the build side is dealt out over runs on disk, and so is what is left of the probe side, once more rows
 * are asked for.
 *
 * <p>It cannot turn where rows of the build side come out alone that met none of the probe side, once some were passed by
 * it: which ones met a row is known to the table only.
 */
final class TurningJoin implements BatchSource, OperatorMemory.Spiller {
    /** Where what is left cannot be dealt out. */
    static final int NO_LEVEL = SpilledKeys.LEVELS;

    private static final int ONLY_RUN = 0;
    private static final int SLICE_ROWS = 1 << 14;

    private final JoinWork work;
    private final TableJoin table;
    private final SideShape buildShape;
    private final SideShape probeShape;
    private final boolean buildIsLeft;
    private final int level;
    private final Runnable release;
    private ColumnBatch build;
    private boolean turned;
    private SpillFile file;
    private BatchSource results;
    private boolean probeIsLeft;
    private SpilledJoin parts;

    /**
     * @param table   of {@code build}; closed with this
     * @param level   at which the sides are dealt out
     * @param release gives back what build side and table hold
     */
    TurningJoin(
            JoinWork work,
            TableJoin table,
            ColumnBatch build,
            SideShape buildShape,
            SideShape probeShape,
            boolean buildIsLeft,
            int level,
            Runnable release) {
        this.work = work;
        this.table = table;
        this.build = build;
        this.buildShape = buildShape;
        this.probeShape = probeShape;
        this.buildIsLeft = buildIsLeft;
        this.level = level;
        this.release = release;
        work.memory().spillWith(this);
    }

    @Override
    public ColumnBatch next() throws Exception {
        ColumnBatch batch = turned ? null : table.next();
        if (batch != null || !turned) {
            return batch;
        }
        if (results != null) {
            batch = results.next();
            if (batch != null) {
                return batch;
            }
            closeResults();
        }
        if (probeIsLeft) {
            probeIsLeft = false;
            parts.dealSecond(table.left());
        }
        return parts == null ? null : parts.next();
    }

    /** All of the probe side that is still to come has to be written. */
    @Override
    public boolean isCostly() {
        return true;
    }

    @Override
    public long spill() throws Exception {
        OperatorMemory memory = work.memory();
        long before = memory.bytes();
        if (turned || !table.canGiveUp() || before <= 2 * SpilledKeys.bufferBytes(memory.share())) {
            return 0;
        }
        memory.spillWith(null);
        turned = true;
        file = work.run().services.spill(work.operator());
        probeIsLeft = table.giveUp(batch -> file.append(ONLY_RUN, OpaqueParts.withoutReasons(batch)));
        if (probeIsLeft) {
            parts = new SpilledJoin(work, buildIsLeft ? buildShape : probeShape, buildIsLeft ? probeShape : buildShape);
            parts.dealFirst(buildIsLeft ? 0 : 1, slices(build), level);
        }
        results = file.read(ONLY_RUN);
        build = null;
        release.run();
        return before - memory.bytes();
    }

    /** So that dealing out takes no second build side. */
    private static BatchSource slices(ColumnBatch all) {
        RowGather rows = RowGather.of(List.of(all), 0, all.columns().size());
        return new BatchSource() {
            private int row;

            @Override
            public ColumnBatch next() {
                int count = Math.min(SLICE_ROWS, all.rows() - row);
                if (count == 0) {
                    return null;
                }
                long[] ids = new long[count];
                for (int index = 0; index < count; index++) {
                    ids[index] = RowGather.id(0, row++);
                }
                return new ColumnBatch(all.shape(), count, rows.take(ids, 0, count));
            }

            @Override
            public void close() {}
        };
    }

    private void closeResults() {
        results = null;
        if (file != null) {
            file.close();
        }
    }

    @Override
    public void close() {
        work.memory().spillWith(null);
        build = null;
        closeResults();
        if (parts != null) {
            parts.close();
            parts = null;
        }
        table.close();
    }
}
