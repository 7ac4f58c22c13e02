package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.group.GroupedValues;
import dev.quiver.lineage.Aggregation;
import java.util.Collections;
import java.util.Iterator;

/**
 * One pair per key, of the key and a list of its values, collected by a kernel; or by the interpreter, which goes on with
 * what the kernel holds when a batch comes that it cannot take. Reads all rows at the first pull.
 */
final class GroupCursor implements Cursor {
    private final BatchSource source;
    private final TaskRun run;
    private GroupedValues groups;
    private ColumnBatch left;
    private Cursor rows;

    GroupCursor(BatchSource source, TaskRun run) {
        this.source = source;
        this.run = run;
    }

    @Override
    public int next(Object[] into) throws Exception {
        if (rows == null) {
            rows = collect()
                    ? groups == null ? EMPTY : groups::take
                    : new AggregateCursor(
                            new BatchCursor(asTheyCame(), run), Merging.onReduceSide(new Aggregation.Group()), run);
        }
        return rows.next(into);
    }

    private boolean collect() throws Exception {
        for (ColumnBatch batch = source.next(); batch != null; batch = source.next()) {
            if (groups == null && GroupedValues.knows(batch.shape(), run.loader)) {
                groups = new GroupedValues(batch.shape(), run.serializer, run.loader);
            }
            if (groups == null || !groups.add(batch)) {
                left = batch;
                return false;
            }
        }
        return true;
    }

    /** The rows as they came: those that the kernel holds, the batch that it could not take, and the rest. */
    private BatchSource asTheyCame() {
        Iterator<ColumnBatch> held =
                groups == null ? Collections.emptyIterator() : groups.batches().iterator();
        groups = null;
        BatchSource rest = ShuffleSink.startingWith(left, source);
        left = null;
        return new BatchSource() {
            @Override
            public ColumnBatch next() throws Exception {
                return held.hasNext() ? held.next() : rest.next();
            }

            @Override
            public void close() {
                rest.close();
            }
        };
    }
}
