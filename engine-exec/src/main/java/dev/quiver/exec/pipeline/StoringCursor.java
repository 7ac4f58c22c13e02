package dev.quiver.exec.pipeline;

import dev.quiver.StorageLevel;
import dev.quiver.id.BlockId;
import dev.quiver.shape.Shape;

/**
 * Passes rows on and stores them as a block, which becomes visible only when the last row went through: a task that
 * stops early stores nothing. Rows are copied before they are passed on, so that nobody changes what is stored.
 */
final class StoringCursor implements Cursor {
    private final Cursor source;
    private final RowStore store;
    private boolean ended;

    StoringCursor(Cursor source, BlockId block, StorageLevel level, Shape shape, TaskRun run) {
        this.source = source;
        this.store = new RowStore(run.own(run.services.writeBlock(block, level)), shape, run);
    }

    @Override
    public int next(Object[] rows) throws Exception {
        if (ended) {
            return 0;
        }
        int count = source.next(rows);
        store.add(rows, count);
        if (count == 0) {
            ended = true;
            store.commit();
        }
        return count;
    }
}
