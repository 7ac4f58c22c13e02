package dev.quiver.exec.compile;

import dev.quiver.Text;
import dev.quiver.exec.column.Column;
import java.nio.charset.StandardCharsets;

/**
 * What all generated loops share. A loop implements the one method that its source calls for. Belongs to one task; the
 * state it was given is up to date whenever no method runs. An exception is what user code threw; the loop must not be used
 * after it.
 */
public abstract class RowLoop {
    /** What a part of a long chain returns for a row that a filter dropped. */
    protected static final Object DROPPED = new Object();

    /** Rows of one flatMap between two looks at whether the task was killed. */
    protected static final int ROWS_BETWEEN_CHECKS = 1 << 13;

    private final OpenResults open;
    private final Runnable checkKilled;

    protected RowLoop(OpenResults open, Runnable checkKilled) {
        this.open = open;
        this.checkKilled = checkKilled;
    }

    /** Works on the longs {@code first}, {@code first + step} and so on, {@code count} of them. */
    public void range(long first, long step, int count) throws Exception {
        throw otherSource();
    }

    /** Works on {@code rows[from, to)}. Returns how many rows are left, from {@code from} on, when the sink is in place, else 0. */
    public int rows(Object[] rows, int from, int to) throws Exception {
        throw otherSource();
    }

    /** Works on the rows {@code [from, to)} of columns without nulls, of the shape of the source. */
    public void columns(Column[] columns, int from, int to) throws Exception {
        throw otherSource();
    }

    /**
     * Works on the lines {@code [from, to)}, of which line {@code i} is {@code data[starts[i], ends[i])}.
     *
     * @param data stays as it is for good if the lines become slices, else until the end of the call
     */
    public void lines(byte[] data, int[] starts, int[] ends, int from, int to) throws Exception {
        throw otherSource();
    }

    private static IllegalStateException otherSource() {
        return new IllegalStateException("a loop was given rows of another source; this is an error in the engine");
    }

    protected final void opened(Object results, Object iterator) {
        open.opened(results, iterator);
    }

    protected final void closeLast() throws Exception {
        open.closeLast();
    }

    protected final void checkKilled() {
        checkKilled.run();
    }

    /** The text of bytes. */
    protected static String string(byte[] data, int start, int end) {
        return new String(data, start, end - start, StandardCharsets.UTF_8);
    }

    /** Bytes as a text, which shares them. */
    protected static Text slice(byte[] data, int start, int end) {
        return Text.wrap(data, start, end - start);
    }
}
