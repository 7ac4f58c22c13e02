package dev.quiver.exec.compile;

import dev.quiver.Text;
import dev.quiver.exec.column.Utf8;
import java.util.Arrays;

/** Text of a {@link ColumnBuffer}, as UTF-8. */
public final class TextBuffer {
    private static final int FIRST_BYTES = ColumnBuffer.CAPACITY * 8;

    byte[] data = new byte[FIRST_BYTES];
    final int[] offsets = new int[ColumnBuffer.CAPACITY + 1];

    /** Makes a slice the value of a row; those before it are there. Always true. */
    public boolean put(int row, Text text) {
        int at = offsets[row];
        int end = Math.addExact(at, text.length());
        if (end > data.length) {
            data = Arrays.copyOf(data, (int) Math.min(Integer.MAX_VALUE - 16, Math.max(end, data.length * 2L)));
        }
        text.copyTo(data, at);
        offsets[row + 1] = end;
        return true;
    }

    /** Makes text the value of a row; those before it are there. False when a surrogate stands alone in it. */
    public boolean put(int row, String text) {
        int at = offsets[row];
        long most = at + text.length() * 3L;
        if (most > data.length) {
            data = Arrays.copyOf(data, Math.toIntExact(Math.max(most, data.length * 2L)));
        }
        int end = Utf8.put(text, data, at);
        offsets[row + 1] = Math.max(at, end);
        return end >= 0;
    }
}
