package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.aggregate.Groups;
import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.exec.task.OperatorMemory;
import dev.quiver.lineage.Aggregation;
import dev.quiver.shape.Shape;
import dev.quiver.stage.StageSink;
import java.util.Iterator;
import java.util.List;

/** Writes the rows of a task for the reduce side of a shuffle, merged by key first where that is asked for. */
final class ShuffleSink implements TaskSink {
    private final StageSink.WriteShuffle write;
    private final Shape shape;
    private final Merging combining;

    ShuffleSink(StageSink.WriteShuffle write, Shape shape) {
        Aggregation mapSide = write.mapSide();
        boolean combines = mapSide != null && mapSide.mapSideCombine();
        this.write = write;
        this.combining = combines ? Merging.ofValues(mapSide) : null;
        this.shape = combines && mapSide instanceof Aggregation.Combine && shape instanceof Shape.PairOf pair
                ? new Shape.PairOf(pair.key(), Shape.UNKNOWN)
                : shape;
    }

    @Override
    public TaskProduct drain(Cursor rows, int partition, TaskRun run) throws Exception {
        BatchSource batches = rows.batches();
        if (batches == null) {
            return pull(rows, push(partition, run), run);
        }
        MapOutputWriter writer = writer(run);
        ShuffleTarget target = new ShuffleTarget(write, shape, partition, writer, run);
        ColumnBatch first = batches.next();
        if (combining != null && first != null) {
            if (!hasGroups(first.shape(), run)) {
                PushSink objects = new ShufflePush(write, combining, writer, target, run);
                return pull(new BatchCursor(startingWith(first, batches), run), objects, run);
            }
            target.combining();
        }
        for (ColumnBatch batch = first; batch != null; batch = batches.next()) {
            target.accept(batch);
        }
        target.finish();
        return new TaskProduct.Wrote(writer.commit());
    }

    @Override
    public boolean takesBatches() {
        return true;
    }

    @Override
    public boolean isPushed() {
        return true;
    }

    @Override
    public PushSink push(int partition, TaskRun run) {
        MapOutputWriter writer = writer(run);
        return new ShufflePush(write, combining, writer, new ShuffleTarget(write, shape, partition, writer, run), run);
    }

    private MapOutputWriter writer(TaskRun run) {
        return run.own(
                run.services.writeShuffle(write.shuffle(), write.partitioner().partitionCount()));
    }

    /** Memory for what is merged before it crosses. */
    static OperatorMemory memory(StageSink.WriteShuffle write, TaskRun run) {
        return run.own(
                run.services.memory("merging for shuffle " + write.shuffle().value()));
    }

    private static TaskProduct pull(Cursor rows, PushSink sink, TaskRun run) throws Exception {
        Object[] batch = new Object[Cursor.BATCH_ROWS];
        for (int count = rows.next(batch); count > 0; count = rows.next(batch)) {
            sink.accept(batch, count);
            run.checkKilled();
        }
        return sink.finish();
    }

    private boolean hasGroups(Shape observed, TaskRun run) {
        return Merging.kernel(write.mapSide(), true) != null && Groups.knows(observed, run.loader);
    }

    /** A batch that was taken from a source, and then the source. */
    static BatchSource startingWith(ColumnBatch first, BatchSource rest) {
        Iterator<ColumnBatch> start = List.of(first).iterator();
        return new BatchSource() {
            @Override
            public ColumnBatch next() throws Exception {
                return start.hasNext() ? start.next() : rest.next();
            }

            @Override
            public void close() {
                rest.close();
            }
        };
    }
}
