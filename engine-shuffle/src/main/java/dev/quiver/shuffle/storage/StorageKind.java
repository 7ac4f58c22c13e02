package dev.quiver.shuffle.storage;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The kinds of shuffle storage a session can choose. */
public enum StorageKind {
    /** On the executor that wrote them; lost with it. */
    EXECUTOR(false),
    /** In a folder that every executor reaches; kept when one is lost. */
    SHARED(true);

    private final boolean reliable;

    StorageKind(boolean reliable) {
        this.reliable = reliable;
    }

    /** Whether map outputs outlive the executor that wrote them, so that its loss loses none. */
    public boolean isReliable() {
        return reliable;
    }

    /** As it stands in a configuration. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static List<String> texts() {
        return Arrays.stream(values()).map(StorageKind::text).toList();
    }
}
