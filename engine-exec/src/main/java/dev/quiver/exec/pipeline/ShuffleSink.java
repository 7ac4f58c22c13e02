package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.aggregate.Groups;
import dev.quiver.exec.task.MapOutputWriter;
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
        this.combining = combines ? Merging.onMapSide(mapSide) : null;
        this.shape = combines && mapSide instanceof Aggregation.Combine && shape instanceof Shape.PairOf pair
                ? new Shape.PairOf(pair.key(), Shape.UNKNOWN)
                : shape;
    }

    @Override
    public TaskProduct drain(Cursor rows, int partition, TaskRun run) throws Exception {
        MapOutputWriter writer = run.own(
                run.services.writeShuffle(write.shuffle(), write.partitioner().partitionCount()));
        ShuffleTarget target = new ShuffleTarget(write, shape, partition, writer, run);
        BatchSource batches = rows.batches();
        if (batches != null) {
            sendBatches(batches, target, run);
        } else {
            sendObjects(rows, target, run);
        }
        target.finish();
        return new TaskProduct.Wrote(writer.commit());
    }

    private void sendBatches(BatchSource batches, ShuffleTarget target, TaskRun run) throws Exception {
        ColumnBatch first = batches.next();
        if (combining != null && first != null) {
            if (!hasGroups(first.shape())) {
                combine(new BatchCursor(startingWith(first, batches), run), target, run);
                return;
            }
            target.combining();
        }
        for (ColumnBatch batch = first; batch != null; batch = batches.next()) {
            target.accept(batch);
        }
    }

    private void sendObjects(Cursor rows, ShuffleTarget target, TaskRun run) throws Exception {
        if (combining != null) {
            Object[] first = new Object[Cursor.BATCH_ROWS];
            int count = rows.next(first);
            if (count == 0) {
                return;
            }
            if (!looksLikeGroups(first, count)) {
                combine(new StartedCursor(first, count, rows), target, run);
                return;
            }
            target.combining();
            target.add(first, count);
        }
        Object[] batch = new Object[Cursor.BATCH_ROWS];
        for (int count = rows.next(batch); count > 0; count = rows.next(batch)) {
            target.add(batch, count);
            run.checkKilled();
        }
    }

    private boolean hasGroups(Shape observed) {
        return write.mapSide() instanceof Aggregation.Reduce reduce
                && Groups.of(observed, reduce.merge()).isPresent();
    }

    /** Whether most of some rows are pairs that a kernel can merge. */
    private boolean looksLikeGroups(Object[] rows, int count) {
        int known = 0;
        for (int row = 0; row < count && write.mapSide() instanceof Aggregation.Reduce; row++) {
            known += rows[row] instanceof Pair<?, ?> pair && Groups.canHold(pair.key(), pair.value()) ? 1 : 0;
        }
        return known * 2 > count;
    }

    private void combine(Cursor rows, ShuffleTarget target, TaskRun run) throws Exception {
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

    private static void handOn(GroupTable groups, ShuffleTarget target) throws Exception {
        Object[] rows = new Object[Cursor.BATCH_ROWS];
        int count = 0;
        for (int entry = 0; entry < groups.size(); entry++) {
            rows[count++] = new Pair<>(groups.key(entry), groups.value(entry));
            if (count == rows.length) {
                target.add(rows, count);
                count = 0;
            }
        }
        target.add(rows, count);
        groups.clear();
    }

    private static BatchSource startingWith(ColumnBatch first, BatchSource rest) {
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

    /** Rows that were looked at, and then those that come after them. */
    private static final class StartedCursor implements Cursor {
        private final Object[] first;
        private final int count;
        private final Cursor rest;
        private int row;

        StartedCursor(Object[] first, int count, Cursor rest) {
            this.first = first;
            this.count = count;
            this.rest = rest;
        }

        @Override
        public int next(Object[] rows) throws Exception {
            if (row == count) {
                return rest.next(rows);
            }
            int part = Math.min(rows.length, count - row);
            System.arraycopy(first, row, rows, 0, part);
            row += part;
            return part;
        }
    }
}
