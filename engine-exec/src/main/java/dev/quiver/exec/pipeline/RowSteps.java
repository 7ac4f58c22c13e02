package dev.quiver.exec.pipeline;

import dev.quiver.exec.compile.OpenResults;
import dev.quiver.function.FlatMapFunction;
import dev.quiver.lineage.Op;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The interpreted twin of a compiled loop: pushes batches of boxed rows through the operators of a segment into a sink, an
 * operator at a time. Belongs to one task.
 */
final class RowSteps {
    private final RowOp[][] runs;
    private final List<FlatMapFunction<Object, Object>> flatMaps = new ArrayList<>();
    private final Object[][] made;
    private final PushSink sink;
    private final OpenResults open;
    private final TaskRun run;

    RowSteps(List<Op> ops, PushSink sink, OpenResults open, TaskRun run) {
        List<RowOp[]> steps = new ArrayList<>();
        List<RowOp> current = new ArrayList<>();
        for (Op op : ops) {
            if (op instanceof Op.FlatMap flatMap) {
                steps.add(current.toArray(new RowOp[0]));
                current.clear();
                flatMaps.add(flatMap.function());
            } else {
                current.add(RowOp.of(op));
            }
        }
        steps.add(current.toArray(new RowOp[0]));
        this.runs = steps.toArray(new RowOp[0][]);
        this.made = new Object[flatMaps.size()][];
        this.sink = sink;
        this.open = open;
        this.run = run;
    }

    /** Works on rows, in their array. */
    void push(Object[] rows, int count) throws Exception {
        push(0, rows, count);
    }

    private void push(int step, Object[] rows, int count) throws Exception {
        int left = count;
        for (RowOp op : runs[step]) {
            if (left == 0) {
                return;
            }
            left = op.apply(rows, left);
        }
        if (left == 0) {
            return;
        }
        if (step == flatMaps.size()) {
            sink.accept(rows, left);
            return;
        }
        expand(step, rows, left);
    }

    private void expand(int step, Object[] rows, int count) throws Exception {
        if (made[step] == null) {
            made[step] = new Object[Cursor.BATCH_ROWS];
        }
        Object[] into = made[step];
        int filled = 0;
        for (int row = 0; row < count; row++) {
            Iterable<?> results = flatMaps.get(step).call(rows[row]);
            OpenResults.refuseNull(results);
            Iterator<?> iterator = results.iterator();
            boolean closes = results instanceof AutoCloseable || iterator instanceof AutoCloseable;
            if (closes) {
                open.opened(results, iterator);
            }
            while (iterator.hasNext()) {
                into[filled++] = iterator.next();
                if (filled == into.length) {
                    push(step + 1, into, filled);
                    filled = 0;
                    run.checkKilled();
                }
            }
            if (closes) {
                open.closeLast();
            }
        }
        push(step + 1, into, filled);
    }
}
