package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.join.HashJoin;
import dev.quiver.exec.kernel.join.MetRows;
import dev.quiver.exec.task.OperatorMemory;
import dev.quiver.function.FlatMapFunction;
import dev.quiver.lineage.JoinKind;
import java.util.List;

/**
 * What all parts of one join of one task share.
 *
 * @param function joins groups
 * @param operator as users know it
 * @param memory   what all parts hold
 */
record JoinWork(
        JoinKind kind, FlatMapFunction<Object, Object> function, String operator, OperatorMemory memory, TaskRun run) {
    /** Bytes of the build side that one table may have, so that no array of a column is too long. */
    static final long MOST_BUILD_BYTES = 1 << 30;

    /** Whether rows of the probe side come out though the build side has no such key. */
    boolean keepsProbe(boolean buildIsLeft) {
        return buildIsLeft ? kind.leftOptional() : kind.rightOptional();
    }

    /** Whether rows of the build side come out though the probe side has no such key. */
    boolean keepsBuild(boolean buildIsLeft) {
        return keepsProbe(!buildIsLeft);
    }

    /** Rows of both inputs grouped by key and joined, as objects. */
    Cursor grouped(Cursor left, Cursor right, int level) {
        return new FlatMapCursor(CoGroupCursor.of(List.of(left, right), operator, level, run), function, run);
    }

    /** A join that takes little memory; or null when the keys cannot be looked up. */
    HashJoin table(ColumnBatch build, boolean buildIsLeft, MetRows met) {
        return HashJoin.of(build, kind, buildIsLeft, true, met, run.loader);
    }
}
