package dev.quiver.exec.pipeline;

import dev.quiver.exec.compile.RowLoop;
import dev.quiver.exec.memory.RowLimit;
import java.util.Arrays;

/**
 * Runs a chain of row operators over each batch: one loop over the operators, however long the chain is, until enough rows
 * came by and the chain is compiled.
 */
final class FusedCursor implements Cursor {
    /** Of rows that were left, so many are tried next: mostly it is one that the others wait for. */
    private static final int MOST_TAKEN_AGAIN = 16;

    private final Cursor source;
    private final RowChain chain;
    private final TaskRun run;
    private final RowLimit limit;
    private RowLoop loop;

    /** Rows of the source that were not worked on, because those before them became large. */
    private Object[] rest = new Object[0];

    private int restAt;
    private int restEnd;

    private FusedCursor(Cursor source, RowChain chain, TaskRun run) {
        this.source = source;
        this.chain = chain;
        this.run = run;
        this.limit = new RowLimit(run::atHand);
    }

    static Cursor over(Cursor source, RowChain chain, TaskRun run) {
        return source instanceof FusedCursor inner
                ? new FusedCursor(inner.source, inner.chain.then(chain), run)
                : new FusedCursor(source, chain, run);
    }

    /** Rows are made some at a time, and go on when they are large: those that are left are made when they are asked for. */
    @Override
    public int next(Object[] rows) throws Exception {
        if (loop == null) {
            loop = chain.loop(run);
        }
        limit.start();
        while (true) {
            int start = restAt;
            boolean again = start < restEnd;
            int count = again ? takeRest(rows) : source.next(rows);
            if (count == 0) {
                return 0;
            }
            int made = 0;
            int from = 0;
            while (from < count && !limit.isReached()) {
                int to = Math.min(count, from + limit.step());
                int some = loop == null ? interpret(rows, from, to) : loop.rows(rows, from, to);
                limit.add(rows, from, some);
                if (made < from) {
                    System.arraycopy(rows, from, rows, made, some);
                }
                made += some;
                from = to;
            }
            if (again) {
                restAt -= count - from;
                Arrays.fill(rest, start, restAt, null);
            } else if (from < count) {
                rest = Arrays.copyOfRange(rows, from, count);
                restAt = 0;
                restEnd = rest.length;
            }
            if (made > 0) {
                return made;
            }
            run.checkKilled();
        }
    }

    private int takeRest(Object[] rows) {
        int count = Math.min(Math.min(rows.length, MOST_TAKEN_AGAIN), restEnd - restAt);
        System.arraycopy(rest, restAt, rows, 0, count);
        restAt += count;
        return count;
    }

    private int interpret(Object[] rows, int from, int to) throws Exception {
        chain.interpreted(to - from);
        int left = to - from;
        for (int step = 0; step < chain.steps.length && left > 0; step++) {
            left = chain.steps[step].apply(rows, from, from + left);
        }
        return left;
    }
}
