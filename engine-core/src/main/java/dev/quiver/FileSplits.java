package dev.quiver;

import dev.quiver.lineage.FileSplit;
import java.util.ArrayList;
import java.util.List;

/** Cuts files into splits, one partition each. */
final class FileSplits {
    /** A rest this much larger than a split is still left whole, so that no tiny split follows. */
    private static final double SLACK = 1.1;

    private FileSplits() {}

    /**
     * Splits of about the same size, at most {@code largest} bytes with some slack, and at least {@code minSplits} of
     * them where the files can be cut. Compressed files are never cut; empty ones have no split.
     */
    static List<FileSplit> of(List<TextInput.File> files, int minSplits, long largest) {
        long total = files.stream().mapToLong(TextInput.File::length).sum();
        long size = Math.max(1, Math.min(largest, total / minSplits));
        List<FileSplit> splits = new ArrayList<>();
        for (TextInput.File file : files) {
            long offset = 0;
            while (!file.compressed() && file.length() - offset > size * SLACK) {
                splits.add(new FileSplit(file.path(), offset, size, false));
                offset += size;
            }
            if (file.length() > offset) {
                splits.add(new FileSplit(file.path(), offset, file.length() - offset, file.compressed()));
            }
        }
        return splits;
    }
}
