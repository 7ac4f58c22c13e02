package dev.quiver.exec.kernel.aggregate;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;
import java.util.function.Function;

/**
 * The pairs of a source with the values of each key merged. When a batch comes that groups cannot take, merging stops:
 * then this gives what was merged so far, and after it everything else, still to be merged by somebody else.
 */
public final class MergedBatches implements BatchSource {
    private final BatchSource source;
    private final Function<Shape, Groups> groupsOf;
    private Groups groups;
    private ColumnBatch left;
    private boolean read;
    private boolean complete;

    /** @param groupsOf makes a table for pairs of a shape, or null */
    public MergedBatches(BatchSource source, Function<Shape, Groups> groupsOf) {
        this.source = source;
        this.groupsOf = groupsOf;
    }

    /** Reads the source, at the first call; says whether every key now comes once. */
    public boolean mergeAll() throws Exception {
        if (!read) {
            read = true;
            complete = readAll() && (groups == null || groups.complete());
        }
        return complete;
    }

    private boolean readAll() throws Exception {
        for (ColumnBatch batch = source.next(); batch != null; batch = source.next()) {
            if (groups == null) {
                groups = groupsOf.apply(batch.shape());
            }
            if (groups == null || !groups.takes(batch)) {
                left = batch;
                return false;
            }
            int merged = groups.add(batch, 0, batch.rows());
            if (merged < batch.rows()) {
                left = Rows.from(batch, merged);
                return false;
            }
        }
        return true;
    }

    @Override
    public ColumnBatch next() throws Exception {
        mergeAll();
        if (groups != null) {
            ColumnBatch batch = groups.take();
            if (batch != null) {
                return batch;
            }
            groups = null;
        }
        ColumnBatch batch = left;
        left = null;
        return batch != null || complete ? batch : source.next();
    }

    @Override
    public void close() {
        groups = null;
        source.close();
    }
}
