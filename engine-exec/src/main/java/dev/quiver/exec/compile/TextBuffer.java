package dev.quiver.exec.compile;

import java.util.Arrays;

/** Text of a {@link ColumnBuffer}, as UTF-8. */
public final class TextBuffer {
    private static final int FIRST_BYTES = ColumnBuffer.CAPACITY * 8;

    /** Text that would need more is left to whoever takes single rows, which comes with the buffer handed on. */
    private static final int MOST_BYTES = 1 << 24;

    byte[] data = new byte[FIRST_BYTES];
    final int[] offsets = new int[ColumnBuffer.CAPACITY + 1];

    /**
     * Makes text the value of a row; those before it are there. False when a surrogate stands alone in it, or when all text
     * together might become too large.
     */
    public boolean put(int row, String text) {
        int at = offsets[row];
        int length = text.length();
        if (at + length * 3L > data.length) {
            if (at + length * 3L > MOST_BYTES) {
                return false;
            }
            data = Arrays.copyOf(data, Math.max(at + length * 3, data.length * 2));
        }
        byte[] into = data;
        for (int index = 0; index < length; index++) {
            char unit = text.charAt(index);
            if (unit < 0x80) {
                into[at++] = (byte) unit;
            } else if (unit < 0x800) {
                into[at++] = (byte) (0xC0 | unit >> 6);
                into[at++] = (byte) (0x80 | unit & 0x3F);
            } else if (!Character.isSurrogate(unit)) {
                into[at++] = (byte) (0xE0 | unit >> 12);
                into[at++] = (byte) (0x80 | unit >> 6 & 0x3F);
                into[at++] = (byte) (0x80 | unit & 0x3F);
            } else {
                if (Character.isLowSurrogate(unit)
                        || index + 1 == length
                        || !Character.isLowSurrogate(text.charAt(index + 1))) {
                    return false;
                }
                int point = Character.toCodePoint(unit, text.charAt(++index));
                into[at++] = (byte) (0xF0 | point >> 18);
                into[at++] = (byte) (0x80 | point >> 12 & 0x3F);
                into[at++] = (byte) (0x80 | point >> 6 & 0x3F);
                into[at++] = (byte) (0x80 | point & 0x3F);
            }
        }
        offsets[row + 1] = at;
        return true;
    }
}
