package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.lineage.Aggregation;
import dev.quiver.shape.Shape;
import dev.quiver.stage.StageSink;

/** Writes the rows of a task for the reduce side of a shuffle, merged by key first where that is asked for. */
final class ShuffleSink implements TaskSink {
    private final StageSink.WriteShuffle write;
    private final Shape shape;
    private final Merging combining;

    ShuffleSink(StageSink.WriteShuffle write, Shape shape) {
        Aggregation mapSide = write.mapSide();
        boolean combines = mapSide != null && mapSide.mapSideCombine();
        this.write = write;
        this.combining = combines ? Merging.onMapSide(mapSide) : null;
        this.shape = combines && mapSide instanceof Aggregation.Combine && shape instanceof Shape.PairOf pair
                ? new Shape.PairOf(pair.key(), Shape.UNKNOWN)
                : shape;
    }

    @Override
    public TaskProduct drain(Cursor rows, int partition, TaskRun run) throws Exception {
        MapOutputWriter writer = run.own(
                run.services.writeShuffle(write.shuffle(), write.partitioner().partitionCount()));
        PartitionedRows target = new PartitionedRows(write, shape, partition, writer, run);
        if (combining == null) {
            copy(rows, target, run);
        } else {
            combine(rows, target, run);
        }
        target.flush();
        return new TaskProduct.Wrote(writer.commit());
    }

    private static void copy(Cursor rows, PartitionedRows target, TaskRun run) throws Exception {
        Object[] batch = new Object[Cursor.BATCH_ROWS];
        for (int count = rows.next(batch); count > 0; count = rows.next(batch)) {
            for (int row = 0; row < count; row++) {
                target.add(batch[row]);
            }
            run.checkKilled();
        }
    }

    private void combine(Cursor rows, PartitionedRows target, TaskRun run) throws Exception {
        GroupTable groups = new GroupTable();
        Object[] batch = new Object[Cursor.BATCH_ROWS];
        for (int count = rows.next(batch); count > 0; count = rows.next(batch)) {
            for (int row = 0; row < count; row++) {
                combining.enter(groups, batch[row]);
                if (groups.size() > run.settings.combineGroups()) {
                    handOn(groups, target);
                }
            }
            run.checkKilled();
        }
        handOn(groups, target);
    }

    private static void handOn(GroupTable groups, PartitionedRows target) throws Exception {
        for (int entry = 0; entry < groups.size(); entry++) {
            target.add(new Pair<>(groups.key(entry), groups.value(entry)));
        }
        groups.clear();
    }
}
