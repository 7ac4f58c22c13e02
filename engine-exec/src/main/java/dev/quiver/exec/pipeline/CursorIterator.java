package dev.quiver.exec.pipeline;

import java.util.Iterator;
import java.util.NoSuchElementException;

/** A cursor as an iterator. What the cursor throws, checked exceptions included, comes out as it is. */
final class CursorIterator implements Iterator<Object> {
    private static final int FIRST_ROWS = 16;

    private final Cursor source;
    private final TaskRun run;
    private Object[] rows = new Object[FIRST_ROWS];
    private int count;
    private int row;
    private boolean ended;

    CursorIterator(Cursor source, TaskRun run) {
        this.source = source;
        this.run = run;
    }

    @Override
    public boolean hasNext() {
        return row < count || refill();
    }

    private boolean refill() {
        if (ended) {
            return false;
        }
        run.checkKilled();
        if (count == rows.length && rows.length < Cursor.BATCH_ROWS) {
            rows = new Object[rows.length * 4];
        }
        try {
            count = source.next(rows);
        } catch (Exception thrown) {
            throw CursorIterator.<RuntimeException>unchecked(thrown);
        }
        row = 0;
        ended = count == 0;
        return !ended;
    }

    @Override
    public Object next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the partition has no more rows");
        }
        Object value = rows[row];
        rows[row++] = null;
        return value;
    }

    @SuppressWarnings("unchecked")
    private static <E extends Exception> E unchecked(Exception thrown) throws E {
        throw (E) thrown;
    }
}
