package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.kernel.aggregate.KeyMerge;
import dev.quiver.lineage.Aggregation;

/** One pair per key, its values merged. Reads all rows at the first pull. */
final class AggregateCursor implements Cursor {
    private final Cursor source;
    private final Merging merging;
    private final TaskRun run;
    private GroupTable groups;
    private int entry;

    AggregateCursor(Cursor source, Merging merging, TaskRun run) {
        this.source = source;
        this.merging = merging;
        this.run = run;
    }

    /** The rows merged as an aggregation says, by a kernel where rows come as batches that it knows. */
    static Cursor of(Aggregation aggregation, Cursor source, TaskRun run) throws Exception {
        KeyMerge merge = Merging.kernel(aggregation, false);
        if (merge != null) {
            BatchSource batches = source.batches();
            if (batches != null) {
                return new ReduceCursor(batches, aggregation, merge, run);
            }
        }
        if (aggregation instanceof Aggregation.Group) {
            BatchSource batches = source.batches();
            if (batches != null) {
                return new GroupCursor(batches, run);
            }
        }
        return new AggregateCursor(source, Merging.onReduceSide(aggregation), run);
    }

    @Override
    public int next(Object[] rows) throws Exception {
        if (groups == null) {
            groups = new GroupTable();
            Object[] batch = new Object[BATCH_ROWS];
            for (int count = source.next(batch); count > 0; count = source.next(batch)) {
                for (int row = 0; row < count; row++) {
                    merging.enter(groups, batch[row]);
                }
                run.checkKilled();
            }
        }
        int count = Math.min(rows.length, groups.size() - entry);
        for (int row = 0; row < count; row++) {
            rows[row] = new Pair<>(groups.key(entry), groups.value(entry));
            groups.value(entry++, null);
        }
        return count;
    }
}
