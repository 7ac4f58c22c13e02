package dev.quiver.exec.pipeline;

import dev.quiver.exec.memory.RowLimit;
import dev.quiver.function.FlatMapFunction;
import java.util.Iterator;

/** The rows that a function makes of each row, taken one by one: what one row becomes may be without end. */
@SuppressWarnings("try") // close passes on what user code throws, an interrupt included
final class FlatMapCursor implements Cursor, AutoCloseable {
    private static final int FIRST_ROWS = 16;

    private final Cursor source;
    private final FlatMapFunction<Object, Object> function;
    private final TaskRun run;
    private final RowLimit limit;
    private Object[] input = new Object[FIRST_ROWS];
    private int inputCount;
    private int inputRow;
    private Object results;
    private Iterator<?> current;

    FlatMapCursor(Cursor source, FlatMapFunction<Object, Object> function, TaskRun run) {
        this.source = source;
        this.function = function;
        this.run = run;
        this.limit = new RowLimit(run::atHand);
        run.own(this);
    }

    @Override
    public int next(Object[] rows) throws Exception {
        limit.start();
        int filled = 0;
        while (filled < rows.length && !limit.isReached()) {
            if (current != null) {
                while (filled < rows.length && !limit.isReached() && current.hasNext()) {
                    Object row = current.next();
                    rows[filled++] = row;
                    limit.add(row);
                }
                if (filled == rows.length || limit.isReached()) {
                    break;
                }
                close();
            }
            if (inputRow == inputCount && !refill()) {
                break;
            }
            Object row = input[inputRow];
            input[inputRow++] = null;
            Iterable<?> made = function.call(row);
            if (made == null) {
                throw new NullPointerException(
                        "the function given to flatMap returned null for a row; return an empty list instead");
            }
            results = made;
            current = made.iterator();
        }
        return filled;
    }

    /** Starts with few rows, so that a reader who wants little costs little. */
    private boolean refill() throws Exception {
        run.checkKilled();
        if (inputCount == input.length && input.length < BATCH_ROWS) {
            input = new Object[input.length * 4];
        }
        inputCount = source.next(input);
        inputRow = 0;
        return inputCount > 0;
    }

    /** Closes what the function gave, where it can be closed. */
    @Override
    public void close() throws Exception {
        Iterator<?> iterator = current;
        Object iterable = results;
        current = null;
        results = null;
        try {
            if (iterator instanceof AutoCloseable resource && iterator != iterable) {
                resource.close();
            }
        } finally {
            if (iterable instanceof AutoCloseable resource) {
                resource.close();
            }
        }
    }
}
