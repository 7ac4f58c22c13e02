package dev.quiver.runtime.eventlog;

import java.util.List;

/** One JSON object in one line, written field by field. */
final class JsonLine {
    private final StringBuilder text = new StringBuilder(128).append('{');

    JsonLine put(String name, String value) {
        name(name);
        quote(value);
        return this;
    }

    JsonLine put(String name, long value) {
        name(name);
        text.append(value);
        return this;
    }

    JsonLine put(String name, boolean value) {
        name(name);
        text.append(value);
        return this;
    }

    JsonLine put(String name, List<Integer> values) {
        name(name);
        text.append(values.toString().replace(" ", ""));
        return this;
    }

    private void name(String name) {
        if (text.length() > 1) {
            text.append(',');
        }
        quote(name);
        text.append(':');
    }

    private void quote(String value) {
        text.append('"');
        for (int index = 0; index < value.length(); index++) {
            char letter = value.charAt(index);
            if (letter == '"' || letter == '\\') {
                text.append('\\').append(letter);
            } else if (letter == '\n') {
                text.append("\\n");
            } else if (letter < ' ' || Character.isSurrogate(letter) || letter == '\u2028' || letter == '\u2029') {
                text.append("\\u").append(String.format("%04x", (int) letter));
            } else {
                text.append(letter);
            }
        }
        text.append('"');
    }

    /** The line, without its end. */
    @Override
    public String toString() {
        return text + "}";
    }
}
