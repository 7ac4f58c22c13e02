package dev.quiver.shuffle.compress;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a user may ask for. */
public enum CompressionMode {
    /** Whatever is cheapest by what was measured. */
    AUTO,
    /** Nothing is compressed. */
    NONE,
    /** LZ4, whatever shrinks by it. */
    LZ4,
    /** Zstandard, whatever shrinks by it. */
    ZSTD;

    /** As it stands in settings. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All values as they stand in settings. */
    public static List<String> texts() {
        return Arrays.stream(values()).map(CompressionMode::text).toList();
    }

    /** @throws IllegalArgumentException if the text is none of {@link #texts} */
    public static CompressionMode parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
