package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.kernel.aggregate.Groups;
import dev.quiver.exec.kernel.aggregate.KeyMerge;
import dev.quiver.exec.kernel.aggregate.MergedBatches;
import dev.quiver.lineage.Aggregation;

/**
 * One pair per key, its values merged by a kernel; or by the interpreter, which goes on with what the kernel holds when a
 * batch comes that it cannot take. Reads all rows at the first pull.
 */
final class ReduceCursor implements Cursor {
    private final MergedBatches merged;
    private final Aggregation aggregation;
    private final TaskRun run;
    private Cursor rows;

    /** @param merge what the aggregation is to a kernel */
    ReduceCursor(BatchSource source, Aggregation aggregation, KeyMerge merge, TaskRun run) {
        this.merged = run.own(new MergedBatches(
                source,
                shape -> Groups.of(shape, merge, run.serializer, run.loader).orElse(null)));
        this.aggregation = aggregation;
        this.run = run;
    }

    @Override
    public BatchSource batches() throws Exception {
        return merged.mergeAll() ? merged : null;
    }

    @Override
    public int next(Object[] into) throws Exception {
        if (rows == null) {
            boolean all = merged.mergeAll();
            Cursor batches = new BatchCursor(merged, run);
            rows = all ? batches : new AggregateCursor(batches, Merging.onReduceSide(aggregation), run);
        }
        return rows.next(into);
    }
}
