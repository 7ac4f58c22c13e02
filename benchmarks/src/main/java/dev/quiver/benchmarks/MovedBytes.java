package dev.quiver.benchmarks;

import dev.quiver.task.TaskMetrics;
import java.util.Locale;

/** What a run moved, as figures of its line: through the shuffle, and to disk for want of memory. In MB, as {@code mb=}. */
final class MovedBytes {
    private MovedBytes() {}

    /** {@code writtenmb= fetchedmb= spilledmb=}, each with a space before it, and only those that are not zero. */
    static String between(TaskMetrics before, TaskMetrics after) {
        return figure("writtenmb", after.shuffleWriteBytes() - before.shuffleWriteBytes())
                + figure("fetchedmb", after.shuffleReadBytes() - before.shuffleReadBytes())
                + figure("spilledmb", after.spilledBytes() - before.spilledBytes());
    }

    private static String figure(String name, long bytes) {
        return bytes == 0 ? "" : String.format(Locale.ROOT, " %s=%.3f", name, bytes / 1e6);
    }
}
