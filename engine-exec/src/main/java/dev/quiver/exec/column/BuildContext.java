package dev.quiver.exec.column;

import dev.quiver.serializer.ValueSerializer;

/** What all writers of one builder share: how opaque values are written, where classes come from, bytes so far. */
final class BuildContext {
    /** Values nested deeper than this are opaque, so that odd data cannot exhaust the stack here. */
    static final int MAX_DEPTH = 24;

    /**
     * A builder with more bytes than this says that it is full: no array nears its largest size then, and all columns fit
     * into one message of less than 2 GiB.
     */
    static final int FULL_BYTES = 1 << 30;

    final ValueSerializer serializer;
    final ClassLoader loader;
    final int capacity;
    final int fullBytes;
    long bytes;

    BuildContext(ValueSerializer serializer, ClassLoader loader, int capacity, int fullBytes) {
        this.serializer = serializer;
        this.loader = loader;
        this.capacity = Math.max(8, capacity);
        this.fullBytes = fullBytes;
    }
}
