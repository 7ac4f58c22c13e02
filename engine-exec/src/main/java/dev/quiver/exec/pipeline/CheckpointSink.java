package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.BlockWriter;
import dev.quiver.exec.task.CheckpointWriter;
import dev.quiver.exec.task.CommitDenied;
import dev.quiver.lineage.CheckpointFile;
import dev.quiver.shape.Shape;
import dev.quiver.stage.Action;
import java.util.List;

/** Writes a partition into a checkpoint; its files count once the driver granted the commit. */
record CheckpointSink(Action.SaveCheckpoint save) implements TaskSink {
    @Override
    public TaskProduct drain(Cursor rows, int partition, TaskRun run) throws Exception {
        CheckpointWriter writer = run.own(run.services.writeCheckpoint(save.folder()));
        Counting counting = new Counting(writer);
        BatchSource batches = rows.batches();
        if (batches != null) {
            for (ColumnBatch batch = batches.next(); batch != null; batch = batches.next()) {
                counting.write(batch);
                run.checkKilled();
            }
        } else {
            RowStore store = new RowStore(counting, Shape.UNKNOWN, run);
            Object[] batch = new Object[Cursor.BATCH_ROWS];
            for (int count = rows.next(batch); count > 0; count = rows.next(batch)) {
                store.add(batch, count);
                run.checkKilled();
            }
            store.commit();
        }
        List<CheckpointFile> files = writer.finish();
        run.checkKilled();
        if (!run.services.requestCommit()) {
            throw new CommitDenied("Attempt " + run.services.attempt() + " may not publish its part of the checkpoint "
                    + save.folder() + ": another attempt of partition " + partition + " may. Its files were removed.");
        }
        writer.keep();
        return new TaskProduct.Value(run.serializer.write(new Action.CheckpointPart(files, counting.rows)));
    }

    /** Columns go to the file as they come from a cache or a shuffle. */
    @Override
    public boolean takesBatches() {
        return true;
    }

    /** The writer as {@link RowStore} knows one: what is written there is not a block, and ends with the task. */
    private static final class Counting implements BlockWriter {
        private final CheckpointWriter writer;
        private long rows;

        Counting(CheckpointWriter writer) {
            this.writer = writer;
        }

        @Override
        public void write(ColumnBatch batch) throws Exception {
            if (batch.rows() > 0) {
                writer.write(batch);
                rows += batch.rows();
            }
        }

        @Override
        public boolean isRefused() {
            return false;
        }

        @Override
        public boolean commit() {
            return true;
        }

        @Override
        public void close() {}
    }
}
