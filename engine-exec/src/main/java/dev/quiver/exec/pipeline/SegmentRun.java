package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.compile.ColumnShapes;
import dev.quiver.exec.compile.CompiledLoop;
import dev.quiver.exec.compile.LoopCompiler;
import dev.quiver.exec.compile.LoopPlan;
import dev.quiver.exec.compile.LoopSink;
import dev.quiver.exec.compile.LoopSource;
import dev.quiver.exec.compile.OpenResults;
import dev.quiver.exec.compile.RowLoop;
import dev.quiver.exec.memory.RowLimit;
import dev.quiver.shape.Shape;

/**
 * A segment in one task: drives batches from a cursor through the interpreter, or through generated code when that is there
 * and knows the batch. Both push into the same sink, so that each batch may go either way.
 */
final class SegmentRun {
    private static final int COMPILED_BATCH_ROWS = 1 << 13;
    private static final LoopSource.Range RANGE = new LoopSource.Range();
    private static final LoopSource.Rows ROWS = new LoopSource.Rows();

    private final Segment segment;
    private final PushSink sink;
    private final TaskRun run;
    private final OpenResults open = new OpenResults();
    private final RowSteps steps;
    private Object[] batch;

    /** Whether enough rows came by, or the class is there from an earlier job. */
    private boolean compiles;

    private boolean tookFullBatch;
    private boolean looked;

    private LoopSource loopSource;
    private LoopSink loopSink;
    private CompiledLoop compiled;
    private RowLoop loop;

    SegmentRun(Segment segment, PushSink sink, TaskRun run) {
        this.segment = segment;
        this.sink = sink;
        this.run = run;
        this.steps = new RowSteps(segment.ops, sink, open, run);
        run.own(open);
    }

    TaskProduct drain(Cursor source) throws Exception {
        RowSampler sampler = segment.keepsCount() ? sink.sampler() : null;
        SampledRows sampled = sampler == null ? null : new SampledRows(sampler, steps, run);
        // A task of few rows must not pay for a batch of many.
        batch = new Object[source instanceof RangeCursor few ? few.leftOf(Cursor.BATCH_ROWS) : Cursor.BATCH_ROWS];
        if (source instanceof RangeCursor range) {
            if (sampled != null) {
                sampled.drain(range);
            } else {
                drainRange(range);
            }
        } else if (source instanceof TextCursor text) {
            drainLines(text);
        } else {
            BatchSource batches = source.batches();
            if (batches != null && sampled != null) {
                sampled.drain(batches);
            } else if (batches != null) {
                drainBatches(batches);
            } else {
                drainRows(source);
            }
        }
        return sink.finish();
    }

    private void drainRange(RangeCursor range) throws Exception {
        while (range.hasNext()) {
            if (ready(RANGE)) {
                int count = range.skip(compiled.nextBatchRows(COMPILED_BATCH_ROWS));
                loop.range(range.skipped(), range.step(), count);
            } else {
                interpret(range.next(batch));
            }
            run.checkKilled();
        }
    }

    private void drainLines(TextCursor text) throws Exception {
        LoopSource source = new LoopSource.Lines(text.slices);
        for (Lines lines = text.nextLines(batch.length); lines.count > 0; lines = text.nextLines(batch.length)) {
            int from = 0;
            while (from < lines.count && ready(source)) {
                int to = from + compiled.nextBatchRows(lines.count - from);
                loop.lines(lines.data, lines.starts, lines.ends, from, to);
                from = to;
            }
            if (from < lines.count) {
                interpret(text.rows(lines, from, batch));
            }
            run.checkKilled();
        }
    }

    private void drainRows(Cursor source) throws Exception {
        for (int count = source.next(batch); count > 0; count = source.next(batch)) {
            int from = 0;
            while (from < count && ready(ROWS)) {
                int to = from + compiled.nextBatchRows(count - from);
                loop.rows(batch, from, to);
                from = to;
            }
            if (from < count) {
                System.arraycopy(batch, from, batch, 0, count - from);
                interpret(count - from);
            }
            run.checkKilled();
        }
    }

    private void drainBatches(BatchSource source) throws Exception {
        LoopSource.Columns columnsSource = null;
        Shape last = null;
        for (ColumnBatch columns = source.next(); columns != null; columns = source.next()) {
            if (segment.ops.isEmpty() && sink.takes(columns)) {
                run.checkKilled();
                continue;
            }
            Shape shape = columns.shape();
            if (!shape.equals(last)) {
                last = shape;
                columnsSource = LoopCompiler.knows(shape, run.loader) ? new LoopSource.Columns(shape) : null;
            }
            drainBatch(columns, ColumnShapes.canRead(columns) ? columnsSource : null);
        }
    }

    /** @param known how generated code reads the batch, or null when it must be given rows */
    private void drainBatch(ColumnBatch columns, LoopSource.Columns known) throws Exception {
        Column[] arrays = known == null ? null : columns.columns().toArray(new Column[0]);
        RowReader reader = null;
        long rowBytes = Math.max(1, columns.sizeBytes() / Math.max(1, columns.rows()));
        int mostRows = (int) Math.min(batch.length, RowLimit.BATCH_BYTES / rowBytes + 1);
        int from = 0;
        while (from < columns.rows()) {
            LoopSource source = known == null ? ROWS : known;
            if (known != null && ready(source)) {
                int to = from + compiled.nextBatchRows(Math.min(COMPILED_BATCH_ROWS, columns.rows() - from));
                loop.columns(arrays, from, to);
                from = to;
            } else {
                if (reader == null) {
                    reader = new RowReader(columns, run.serializer, run.loader);
                }
                int count = reader.read(from, batch, mostRows);
                from += count;
                if (known == null && ready(ROWS)) {
                    loop.rows(batch, 0, count);
                } else {
                    interpret(count);
                }
            }
            run.checkKilled();
        }
    }

    private void interpret(int count) throws Exception {
        steps.push(batch, count);
        tookFullBatch |= count == Cursor.BATCH_ROWS;
        compiles |= segment.interpreted(count, run.settings);
    }

    /** Makes {@link #loop} the one for a source and what the sink wants now; false when rows must be interpreted. */
    private boolean ready(LoopSource source) throws Exception {
        if (segment.refusal() != null) {
            return false;
        }
        compiles = compiles || segment.interpreted(0, run.settings);
        if (!compiles && (looked || !tookFullBatch)) {
            return false;
        }
        LoopSink wanted = sink.loopSink();
        if (wanted == null) {
            return false;
        }
        if (!compiles) {
            looked = true;
            compiles = LoopCompiler.find(new LoopPlan(source, segment.loopOps(), wanted), run.loader) != null;
            if (!compiles) {
                return false;
            }
        }
        if (loop == null || loopSource != source && !loopSource.equals(source) || !wanted.equals(loopSink)) {
            open(source, wanted);
        }
        return loop != null;
    }

    private void open(LoopSource source, LoopSink wanted) {
        LoopPlan plan = new LoopPlan(source, segment.loopOps(), wanted);
        compiled = LoopCompiler.compile(plan, run.loader);
        loop = compiled == null ? null : compiled.open(plan, sink.loopState(), open, run::checkKilled);
        if (loop != null) {
            segment.compiled(plan);
        }
        loopSource = source;
        loopSink = wanted;
    }
}
