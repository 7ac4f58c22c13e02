package dev.quiver.exec.pipeline;

import dev.quiver.exec.compile.OpenResults;
import dev.quiver.exec.memory.RowLimit;
import dev.quiver.function.FlatMapFunction;
import dev.quiver.lineage.Op;
import java.util.ArrayList;
import java.util.Arrays;
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
    private final RowLimit[] limits;
    private final RowLimit[] resultLimits;
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
        this.limits = limits(runs.length, run);
        this.resultLimits = limits(made.length, run);
        this.sink = sink;
        this.open = open;
        this.run = run;
    }

    private static RowLimit[] limits(int count, TaskRun run) {
        RowLimit[] limits = new RowLimit[count];
        Arrays.setAll(limits, step -> new RowLimit(run::atHand));
        return limits;
    }

    /** Works on rows, in their array. */
    void push(Object[] rows, int count) throws Exception {
        push(0, rows, count);
    }

    /** Makes some rows at a time, and has them go on when they are large, so that few large ones are there at once. */
    private void push(int step, Object[] rows, int count) throws Exception {
        RowOp[] ops = runs[step];
        if (ops.length == 0) {
            deliver(step, rows, count);
            return;
        }
        RowLimit limit = limits[step];
        limit.start();
        int made = 0;
        int from = 0;
        while (from < count) {
            int to = Math.min(count, from + limit.step());
            int left = to - from;
            for (int op = 0; op < ops.length && left > 0; op++) {
                left = ops[op].apply(rows, from, from + left);
            }
            limit.add(rows, from, left);
            if (made < from) {
                System.arraycopy(rows, from, rows, made, left);
            }
            made += left;
            from = to;
            if (limit.isReached()) {
                deliver(step, rows, made);
                Arrays.fill(rows, 0, from, null);
                made = 0;
                limit.start();
            }
        }
        deliver(step, rows, made);
    }

    private void deliver(int step, Object[] rows, int count) throws Exception {
        if (count > 0) {
            if (step == flatMaps.size()) {
                sink.accept(rows, count);
            } else {
                expand(step, rows, count);
            }
        }
    }

    private void expand(int step, Object[] rows, int count) throws Exception {
        if (made[step] == null) {
            made[step] = new Object[Cursor.BATCH_ROWS];
        }
        Object[] into = made[step];
        RowLimit limit = resultLimits[step];
        limit.start();
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
                Object result = iterator.next();
                into[filled++] = result;
                if (limit.add(result) || filled == into.length) {
                    push(step + 1, into, filled);
                    filled = 0;
                    limit.start();
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
