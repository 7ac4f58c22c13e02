package dev.quiver.exec.pipeline;

import dev.quiver.StorageLevel;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.task.BlockWriter;
import dev.quiver.id.BlockId;
import dev.quiver.shape.Shape;

/**
 * Passes rows on and stores them as a block, which becomes visible only when the last row went through: a task that
 * stops early stores nothing. Rows are copied before they are passed on, so that nobody changes what is stored.
 */
final class StoringCursor implements Cursor {
    private static final long PART_BYTES = 1 << 20;

    private final Cursor source;
    private final BlockWriter writer;
    private final BatchBuilder builder;
    private boolean ended;

    StoringCursor(Cursor source, BlockId block, StorageLevel level, Shape shape, TaskRun run) {
        this.source = source;
        this.writer = run.own(run.services.writeBlock(block, level));
        this.builder = run.builder(shape);
    }

    @Override
    public int next(Object[] rows) throws Exception {
        if (ended) {
            return 0;
        }
        int count = source.next(rows);
        for (int row = 0; row < count; row++) {
            builder.append(rows[row]);
            if (builder.sizeBytes() >= PART_BYTES || builder.isFull()) {
                writer.write(builder.seal());
            }
        }
        if (count == 0) {
            ended = true;
            if (builder.rows() > 0) {
                writer.write(builder.seal());
            }
            writer.commit();
            writer.close();
        }
        return count;
    }
}
