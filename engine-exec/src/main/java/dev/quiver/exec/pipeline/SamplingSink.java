package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.compile.ColumnBuffer;
import dev.quiver.exec.compile.ColumnShapes;
import dev.quiver.exec.compile.LoopCompiler;
import dev.quiver.exec.compile.LoopSink;
import dev.quiver.exec.compile.RowTarget;
import dev.quiver.shape.Shape;

/**
 * Counts pairs and samples their keys. Generated code takes rows apart into columns, of which this makes objects only for
 * the few rows that it samples.
 */
final class SamplingSink implements PushSink, RowSampler {
    private final TaskRun run;
    private final Reservoir reservoir;
    private long rows;
    private Object lastRow;
    private ColumnBuffer columns;
    private LoopSink sink;
    private Object state;

    /** @param seed the same for all attempts of a partition */
    SamplingSink(int keys, long seed, TaskRun run) {
        this.run = run;
        this.reservoir = new Reservoir(keys, seed);
    }

    @Override
    public void accept(Object[] objects, int count) throws Exception {
        if (columns != null) {
            columns.flush();
        }
        while (reservoir.wanted() - rows < count) {
            sample(objects[(int) (reservoir.wanted() - rows)]);
        }
        rows += count;
        lastRow = objects[count - 1];
    }

    @Override
    public RowSampler sampler() {
        return this;
    }

    @Override
    public long rowsToPass() {
        return reservoir.wanted() - rows;
    }

    @Override
    public void pass(long count) {
        rows += count;
    }

    private void acceptColumns(ColumnBatch batch) {
        RowReader reader = null;
        while (reservoir.wanted() - rows < batch.rows()) {
            if (reader == null) {
                reader = new RowReader(batch, run.serializer, run.loader);
            }
            sample(reader.row((int) (reservoir.wanted() - rows)));
        }
        rows += batch.rows();
    }

    private void accept(Object row) {
        if (reservoir.wanted() == rows) {
            sample(row);
        }
        rows++;
    }

    private void sample(Object row) {
        reservoir.choose(((Pair<?, ?>) row).key());
    }

    @Override
    public LoopSink loopSink() {
        if (lastRow == null) {
            return null;
        }
        if (sink == null) {
            Shape shape = ColumnShapes.ofRow(lastRow);
            if (shape != null && LoopCompiler.knows(shape, run.loader)) {
                columns = new ColumnBuffer(shape, this::acceptColumns, this::accept);
                sink = new LoopSink.Columns(shape);
                state = columns;
            } else {
                takeObjects();
            }
        } else if (columns != null && columns.mostlyOthers()) {
            takeObjects();
        }
        return sink;
    }

    private void takeObjects() {
        sink = new LoopSink.Each();
        state = (RowTarget) this::acceptAlone;
    }

    private void acceptAlone(Object row) throws Exception {
        if (columns != null) {
            columns.flush();
        }
        accept(row);
    }

    @Override
    public Object loopState() {
        return state;
    }

    @Override
    public TaskProduct finish() throws Exception {
        if (columns != null) {
            columns.flush();
        }
        return new TaskProduct.Value(run.serializer.write(new Pair<>(rows, reservoir.chosen())));
    }
}
