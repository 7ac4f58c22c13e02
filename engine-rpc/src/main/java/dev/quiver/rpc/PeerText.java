package dev.quiver.rpc;

import java.nio.charset.StandardCharsets;

/** Text for people that crosses a connection. What a peer wrote is made printable before it reaches a message or a log. */
final class PeerText {
    /** For a failure that a person will read. */
    static final int FAILURE_LENGTH = 4096;

    /** For a reason that may end up in a log line. */
    static final int REASON_LENGTH = 256;

    private static final int MOST_BYTES_PER_CHARACTER = 4;

    private PeerText() {}

    static byte[] write(String text, int maxLength) {
        String cut = text == null ? "" : text.length() <= maxLength ? text : text.substring(0, maxLength);
        return cut.getBytes(StandardCharsets.UTF_8);
    }

    static String read(byte[] bytes, int maxLength) {
        int length = Math.min(bytes.length, maxLength * MOST_BYTES_PER_CHARACTER);
        return printable(new String(bytes, 0, length, StandardCharsets.UTF_8), maxLength);
    }

    /** Control characters, unpaired surrogates, and characters that reorder or hide text become question marks. */
    static String printable(String text, int maxLength) {
        StringBuilder printable = new StringBuilder(Math.min(text.length(), maxLength));
        text.codePoints().limit(maxLength).forEach(c -> printable.appendCodePoint(isPrintable(c) ? c : '?'));
        return printable.toString();
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
