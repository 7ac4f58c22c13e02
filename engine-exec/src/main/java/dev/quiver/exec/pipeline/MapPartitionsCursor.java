package dev.quiver.exec.pipeline;

import dev.quiver.exec.memory.RowLimit;
import dev.quiver.function.IndexedPartitionFunction;
import java.util.Iterator;

/** The rows that a function makes of a whole partition. It is called at the first pull, and pulls as it is pulled. */
final class MapPartitionsCursor implements Cursor {
    private final Cursor source;
    private final IndexedPartitionFunction<Object, Object> function;
    private final int partition;
    private final TaskRun run;
    private final RowLimit limit;
    private Iterator<?> results;

    MapPartitionsCursor(Cursor source, IndexedPartitionFunction<Object, Object> function, int partition, TaskRun run) {
        this.source = source;
        this.function = function;
        this.partition = partition;
        this.run = run;
        this.limit = new RowLimit(run::atHand);
    }

    @Override
    public int next(Object[] rows) throws Exception {
        run.checkKilled();
        if (results == null) {
            results = function.call(partition, new CursorIterator(source, run));
            if (results == null) {
                throw new NullPointerException("the function given to mapPartitions returned null for partition "
                        + partition + "; return an empty iterator instead");
            }
            if (results instanceof AutoCloseable resource) {
                run.own(resource);
            }
        }
        limit.start();
        int filled = 0;
        while (filled < rows.length && !limit.isReached() && results.hasNext()) {
            Object row = results.next();
            rows[filled++] = row;
            limit.add(row);
        }
        return filled;
    }
}
