package dev.quiver.exec.compile;

import dev.quiver.Text;
import dev.quiver.exec.column.Utf8;
import java.util.Arrays;

/** Text of a {@link ColumnBuffer}, as UTF-8. */
public final class TextBuffer {
    private static final int FIRST_BYTES = ColumnBuffer.CAPACITY * 8;

    /** Text that would need more is left to whoever takes single rows, which comes with the buffer handed on. */
    private static final int MOST_BYTES = 1 << 22;

    byte[] data = new byte[FIRST_BYTES];
    final int[] offsets = new int[ColumnBuffer.CAPACITY + 1];

    /** Makes a slice the value of a row; those before it are there. False when all text together might become too large. */
    public boolean put(int row, Text text) {
        int at = offsets[row];
        if (!makeRoom((long) at + text.length())) {
            return false;
        }
        text.copyTo(data, at);
        offsets[row + 1] = at + text.length();
        return true;
    }

    /**
     * Makes text the value of a row; those before it are there. False when a surrogate stands alone in it, or when all text
     * together might become too large.
     */
    public boolean put(int row, String text) {
        int at = offsets[row];
        if (!makeRoom(at + text.length() * 3L)) {
            return false;
        }
        int end = Utf8.put(text, data, at);
        offsets[row + 1] = Math.max(at, end);
        return end >= 0;
    }

    private boolean makeRoom(long most) {
        if (most > data.length) {
            if (most > MOST_BYTES) {
                return false;
            }
            data = Arrays.copyOf(data, (int) Math.max(most, data.length * 2L));
        }
        return true;
    }
}
