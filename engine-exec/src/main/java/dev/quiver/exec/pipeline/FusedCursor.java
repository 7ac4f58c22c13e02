package dev.quiver.exec.pipeline;

import java.util.Arrays;

/** Runs a chain of row operators over each batch: one loop over the operators, however long the chain is. */
final class FusedCursor implements Cursor {
    private final Cursor source;
    private final RowOp[] ops;
    private final TaskRun run;

    private FusedCursor(Cursor source, RowOp[] ops, TaskRun run) {
        this.source = source;
        this.ops = ops;
        this.run = run;
    }

    static Cursor over(Cursor source, RowOp[] ops, TaskRun run) {
        if (source instanceof FusedCursor inner) {
            RowOp[] joined = Arrays.copyOf(inner.ops, inner.ops.length + ops.length);
            System.arraycopy(ops, 0, joined, inner.ops.length, ops.length);
            return new FusedCursor(inner.source, joined, run);
        }
        return new FusedCursor(source, ops, run);
    }

    @Override
    public int next(Object[] rows) throws Exception {
        while (true) {
            int count = source.next(rows);
            if (count == 0) {
                return 0;
            }
            for (int op = 0; op < ops.length && count > 0; op++) {
                count = ops[op].apply(rows, count);
            }
            if (count > 0) {
                return count;
            }
            run.checkKilled();
        }
    }
}
