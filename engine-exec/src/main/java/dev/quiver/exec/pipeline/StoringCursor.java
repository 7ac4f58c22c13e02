package dev.quiver.exec.pipeline;

import dev.quiver.StorageLevel;
import dev.quiver.id.BlockId;
import dev.quiver.shape.Shape;

/**
 * Passes rows on and stores them as a block, which becomes visible only when the last row went through: a task that
 * stops early stores nothing. Rows are copied before they are passed on, so that nobody changes what is stored. When the
 * block does not fit, rows are passed on as if nobody had asked for it.
 */
final class StoringCursor implements Cursor {
    private final Cursor source;
    private final RowStore store;
    private boolean ended;
    private boolean refused;

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
        if (!refused) {
            store.add(rows, count);
            refused = store.isRefused();
        }
        if (count == 0) {
            ended = true;
            store.commit();
        }
        return count;
    }
}
