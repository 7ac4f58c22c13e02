package dev.quiver.shuffle.format;

import dev.quiver.config.Bytes;
import java.io.IOException;
import java.nio.file.Path;

/** A folder has no room for what was to be written. What was written of it is gone again. */
public final class DiskFull extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Path directory;
    private final long neededBytes;
    private final long freeBytes;

    DiskFull(Path directory, long neededBytes, long freeBytes, Throwable cause) {
        super(
                "Cannot write " + Bytes.of(neededBytes).display() + " of shuffle data to " + directory + ": "
                        + (freeBytes < 0 ? "it is full" : Bytes.of(freeBytes).display() + " are free there")
                        + ". Free space there, or choose a larger disk with quiver.local.dir.",
                cause);
        this.directory = directory;
        this.neededBytes = neededBytes;
        this.freeBytes = freeBytes;
    }

    /** The folder; null after this exception travelled to another process. */
    public Path directory() {
        return directory;
    }

    public long neededBytes() {
        return neededBytes;
    }

    /** Free bytes when writing failed, or -1 when they are unknown. */
    public long freeBytes() {
        return freeBytes;
    }
}
