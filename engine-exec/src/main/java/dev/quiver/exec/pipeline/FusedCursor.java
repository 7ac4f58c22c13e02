package dev.quiver.exec.pipeline;

import dev.quiver.exec.compile.RowLoop;

/**
 * Runs a chain of row operators over each batch: one loop over the operators, however long the chain is, until enough rows
 * came by and the chain is compiled.
 */
final class FusedCursor implements Cursor {
    private final Cursor source;
    private final RowChain chain;
    private final TaskRun run;
    private RowLoop loop;

    private FusedCursor(Cursor source, RowChain chain, TaskRun run) {
        this.source = source;
        this.chain = chain;
        this.run = run;
    }

    static Cursor over(Cursor source, RowChain chain, TaskRun run) {
        return source instanceof FusedCursor inner
                ? new FusedCursor(inner.source, inner.chain.then(chain), run)
                : new FusedCursor(source, chain, run);
    }

    @Override
    public int next(Object[] rows) throws Exception {
        while (true) {
            int count = source.next(rows);
            if (count == 0) {
                return 0;
            }
            if (loop == null) {
                loop = chain.loop(run);
            }
            count = loop == null ? interpret(rows, count) : loop.rows(rows, 0, count);
            if (count > 0) {
                return count;
            }
            run.checkKilled();
        }
    }

    private int interpret(Object[] rows, int count) throws Exception {
        chain.interpreted(count);
        int left = count;
        for (int step = 0; step < chain.steps.length && left > 0; step++) {
            left = chain.steps[step].apply(rows, left);
        }
        return left;
    }
}
