package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.exec.compile.ColumnBuffer;
import dev.quiver.exec.compile.ColumnShapes;
import dev.quiver.exec.compile.LoopCompiler;
import dev.quiver.exec.compile.LoopSink;
import dev.quiver.exec.compile.PairMerger;
import dev.quiver.exec.compile.RowTarget;
import dev.quiver.exec.compile.TextKeyMerger;
import dev.quiver.exec.memory.RowLimit;
import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.RoundRobin;
import dev.quiver.shape.Shape;
import dev.quiver.stage.StageSink;

/**
 * The rows of one map task, pushed: as objects by the interpreter, taken apart into columns by generated code where there
 * are kernels for their shape. Rows that no kernel can merge are merged here, in a table of objects.
 */
final class ShufflePush implements PushSink {
    private static final int ROWS_LOOKED_AT = 32;

    private final StageSink.WriteShuffle write;
    private final Merging combining;
    private final MapOutputWriter writer;
    private final ShuffleTarget target;
    private final TaskRun run;
    private final Object[] pending = new Object[Cursor.BATCH_ROWS];
    private final RowLimit limit;
    private int pendingRows;
    private boolean started;
    private GroupTable groups;
    private GroupMemory memory;
    private LoopSink sink;
    private Object state;
    private ColumnBuffer columns;
    private PairMerger merger;
    private Shape shape;
    private Object lastRow;

    /** @param combining how rows are merged by key before they cross, or null when they are not */
    ShufflePush(
            StageSink.WriteShuffle write,
            Merging combining,
            MapOutputWriter writer,
            ShuffleTarget target,
            TaskRun run) {
        this.write = write;
        this.combining = combining;
        this.writer = writer;
        this.target = target;
        this.run = run;
        this.limit = new RowLimit(run::atHand);
    }

    @Override
    public void accept(Object[] rows, int count) throws Exception {
        if (!started && count > 0) {
            started = true;
            if (combining != null) {
                if (looksLikeGroups(rows, count)) {
                    target.combining();
                } else {
                    groups = new GroupTable();
                    memory = new GroupMemory(groups, ShuffleSink.memory(write, run), run);
                }
            }
        }
        if (groups != null) {
            for (int row = 0; row < count; row++) {
                merge(rows[row]);
            }
        } else {
            flush();
            target.add(rows, count);
        }
        lastRow = rows[count - 1];
    }

    private void flush() throws Exception {
        if (columns != null) {
            columns.flush();
        }
        int count = pendingRows;
        pendingRows = 0;
        limit.start();
        target.add(pending, count);
    }

    /** Whether most of some rows are pairs that a kernel can merge. */
    private boolean looksLikeGroups(Object[] rows, int count) {
        if (Merging.kernel(write.mapSide(), true) == null) {
            return false;
        }
        int looked = Math.min(count, ROWS_LOOKED_AT);
        int known = 0;
        for (int index = 0; index < looked; index++) {
            Shape shape = ColumnShapes.ofRow(rows[(int) ((long) index * count / looked)]);
            known += shape != null && ShuffleTarget.hasKernels(write, shape, run.loader) ? 1 : 0;
        }
        return known * 2 > looked;
    }

    private void merge(Object row) throws Exception {
        if (memory.isDue() && !memory.hasRoom() || groups.size() > run.settings.combineGroups()) {
            handOn();
        }
        combining.enter(groups, row, memory.sizes);
    }

    private void handOn() throws Exception {
        for (int entry = 0; entry < groups.size(); entry++) {
            pend(new Pair<>(groups.key(entry), groups.value(entry)));
        }
        groups.clear();
        memory.cleared();
    }

    private void pend(Object row) throws Exception {
        pending[pendingRows++] = row;
        if (limit.add(row) || pendingRows == pending.length) {
            flush();
        }
    }

    /**
     * Once a row was seen: merged as they come where there is a kernel for that and as long as it pays, else columns where
     * there are kernels for the shape; objects where there are none or few rows turned out to be like it.
     */
    @Override
    public LoopSink loopSink() throws Exception {
        if (!started) {
            return null;
        }
        if (sink == null) {
            shape = write.partitioner() instanceof RoundRobin || groups != null ? null : ColumnShapes.ofRow(lastRow);
            if (shape != null
                    && LoopCompiler.knows(shape, run.loader)
                    && ShuffleTarget.hasKernels(write, shape, run.loader)) {
                handColumns();
            } else {
                handObjects();
            }
        } else if (columns != null && (columns.mostlyOthers() || merger != null && merger.mostlyOthers())) {
            handObjects();
        } else if (merger != null && target.oneByOne(shape) == null) {
            handColumns();
        }
        return sink;
    }

    private void handColumns() throws Exception {
        TextKeyMerger merge = combining == null ? null : target.oneByOne(shape);
        if (columns == null) {
            columns = new ColumnBuffer(shape, target, this::pend);
        }
        if (merge != null) {
            merger = new PairMerger(merge, this::pend);
            sink = new LoopSink.Merge((Shape.PairOf) shape, ((Aggregation.Reduce) write.mapSide()).merge());
            state = merger;
        } else {
            merger = null;
            sink = new LoopSink.Columns(shape);
            state = columns;
        }
    }

    private void handObjects() {
        merger = null;
        sink = new LoopSink.Each();
        state = groups != null ? (RowTarget) this::merge : (RowTarget) this::pend;
    }

    @Override
    public Object loopState() {
        return state;
    }

    @Override
    public TaskProduct finish() throws Exception {
        if (groups != null) {
            handOn();
        }
        flush();
        target.finish();
        return new TaskProduct.Wrote(writer.commit());
    }
}
