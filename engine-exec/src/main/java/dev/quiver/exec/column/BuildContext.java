package dev.quiver.exec.column;

import dev.quiver.serializer.ValueSerializer;

/** What all writers of one builder share: how opaque values are written, where classes come from, bytes so far. */
final class BuildContext {
    /** Values nested deeper than this are opaque, so that odd data cannot exhaust the stack here. */
    static final int MAX_DEPTH = 24;

    /** A builder with a column of more bytes than this says that it is full. */
    static final int FULL_BYTES = 1 << 30;

    final ValueSerializer serializer;
    final ClassLoader loader;
    final int capacity;
    long bytes;

    BuildContext(ValueSerializer serializer, ClassLoader loader, int capacity) {
        this.serializer = serializer;
        this.loader = loader;
        this.capacity = Math.max(8, capacity);
    }
}
