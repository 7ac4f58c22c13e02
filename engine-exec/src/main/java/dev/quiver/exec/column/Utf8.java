package dev.quiver.exec.column;

/** Strings as UTF-8, written into an array that is there already. */
public final class Utf8 {
    private Utf8() {}

    /**
     * Writes a string.
     *
     * @param into has room for three bytes for each of the string's units
     * @return where the bytes end, or -1 when a surrogate stands alone in the string
     */
    public static int put(String text, byte[] into, int at) {
        int length = text.length();
        int units = 0;
        for (int index = 0; index < length; index++) {
            char unit = text.charAt(index);
            units |= unit;
            into[at + index] = (byte) unit;
        }
        return units < 0x80 ? at + length : putWide(text, into, at);
    }

    private static int putWide(String text, byte[] into, int from) {
        int length = text.length();
        int at = from;
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
                    return -1;
                }
                int point = Character.toCodePoint(unit, text.charAt(++index));
                into[at++] = (byte) (0xF0 | point >> 18);
                into[at++] = (byte) (0x80 | point >> 12 & 0x3F);
                into[at++] = (byte) (0x80 | point >> 6 & 0x3F);
                into[at++] = (byte) (0x80 | point & 0x3F);
            }
        }
        return at;
    }
}
