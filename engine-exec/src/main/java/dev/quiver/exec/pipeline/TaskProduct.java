package dev.quiver.exec.pipeline;

import dev.quiver.task.MapOutput;

/** What a task that ended well made. */
public sealed interface TaskProduct {
    /** A map task: its committed output. */
    record Wrote(MapOutput output) implements TaskProduct {}

    /** A result task: its result, written by the value serializer; never null. */
    record Value(byte[] bytes) implements TaskProduct {}
}
