package dev.quiver.shuffle.format;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Deletes what lies on several disks. */
public final class Deleting {
    private Deleting() {}

    /**
     * Deletes folders with everything in them; those of a disk that fails keep none of the others.
     *
     * @throws IOException the first failure, after all were tried
     */
    public static void trees(Disk disk, List<Path> folders) throws IOException {
        IOException failure = null;
        for (Path folder : folders) {
            try {
                disk.deleteTree(folder);
            } catch (IOException failed) {
                failure = failure == null ? failed : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
