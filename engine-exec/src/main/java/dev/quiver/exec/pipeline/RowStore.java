package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.compile.ColumnBuffer;
import dev.quiver.exec.compile.ColumnShapes;
import dev.quiver.exec.compile.CompiledLoop;
import dev.quiver.exec.compile.LoopCompiler;
import dev.quiver.exec.compile.LoopPlan;
import dev.quiver.exec.compile.LoopSink;
import dev.quiver.exec.compile.LoopSource;
import dev.quiver.exec.compile.OpenResults;
import dev.quiver.exec.compile.RowLoop;
import dev.quiver.exec.task.BlockWriter;
import dev.quiver.shape.Shape;
import java.util.List;

/**
 * Writes the rows of one task into a block, in batches of about a quarter of a mebibyte. Rows are taken apart one by one at first, and
 * by generated code once so many came by that it pays; what generated code does not know goes on one by one, in its place.
 * Rows are copied: who changes one later does not change the block.
 */
final class RowStore {
    /** So that no array is half a region of the smallest heap: G1 would give it whole regions, a tenth of them unused. */
    private static final long PART_BYTES = 1 << 18;

    private final BlockWriter writer;
    private final BatchBuilder builder;
    private final TaskRun run;
    private long interpreted;
    private boolean looked;
    private boolean decided;
    private ColumnBuffer buffer;
    private CompiledLoop compiled;
    private RowLoop loop;

    /** @param shape what the rows are expected to be */
    RowStore(BlockWriter writer, Shape shape, TaskRun run) {
        this.writer = writer;
        this.builder = run.builder(shape);
        this.run = run;
    }

    /** Adds rows, which stay the caller's. */
    void add(Object[] rows, int count) throws Exception {
        if (count > 0 && !decided) {
            consider(rows[count - 1], count == rows.length);
        }
        if (loop != null && buffer.mostlyOthers()) {
            buffer.flush();
            loop = null;
        }
        if (loop == null) {
            interpreted += count;
            for (int row = 0; row < count; row++) {
                append(rows[row]);
            }
            return;
        }
        for (int from = 0; from < count; ) {
            int to = from + compiled.nextBatchRows(count - from);
            loop.rows(rows, from, to);
            from = to;
        }
    }

    /** Whether nothing of it will be stored: no more rows are wanted. */
    boolean isRefused() {
        return writer.isRefused();
    }

    /** Takes the class that an earlier task or job made, or makes one when it is time. */
    private void consider(Object row, boolean fullBatch) {
        boolean due = interpreted >= run.settings.compileAfterRows();
        if (!due && (looked || !fullBatch)) {
            return;
        }
        looked = true;
        decided = due;
        Shape shape = ColumnShapes.ofRow(row);
        if (shape == null || !LoopCompiler.knows(shape, run.loader)) {
            return;
        }
        LoopPlan plan = new LoopPlan(new LoopSource.Rows(), List.of(), new LoopSink.Columns(shape));
        compiled = due ? LoopCompiler.compile(plan, run.loader) : LoopCompiler.find(plan, run.loader);
        if (compiled != null) {
            decided = true;
            buffer = new ColumnBuffer(shape, this::append, this::append);
            loop = compiled.open(plan, buffer, new OpenResults(), run::checkKilled);
        }
    }

    private void append(Object row) throws Exception {
        builder.append(row);
        sealWhenLarge();
    }

    private void append(ColumnBatch batch) throws Exception {
        if (!builder.appendAll(batch)) {
            seal();
            builder.appendAll(batch);
        }
        sealWhenLarge();
    }

    private void sealWhenLarge() throws Exception {
        if (builder.sizeBytes() >= PART_BYTES || builder.isFull()) {
            seal();
        }
    }

    private void seal() throws Exception {
        if (builder.rows() > 0) {
            writer.write(builder.seal());
        }
    }

    /** Writes what is left, and makes the block visible. */
    void commit() throws Exception {
        if (isRefused()) {
            writer.close();
            return;
        }
        if (buffer != null) {
            buffer.flush();
        }
        seal();
        writer.commit();
        writer.close();
    }
}
