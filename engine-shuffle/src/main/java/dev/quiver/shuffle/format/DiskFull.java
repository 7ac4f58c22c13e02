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

    private DiskFull(Path directory, String setting, long neededBytes, long freeBytes, Throwable cause) {
        super(
                "Cannot write " + Bytes.of(neededBytes).display() + " of shuffle data to " + directory + ": "
                        + (freeBytes < 0 ? "it is full" : Bytes.of(freeBytes).display() + " are free there")
                        + ". Free space there, or choose a larger disk with " + setting + ".",
                cause);
        this.directory = directory;
        this.neededBytes = neededBytes;
        this.freeBytes = freeBytes;
    }

    /**
     * What the failure to write a file means.
     *
     * @param setting that chooses the place, for people
     * @param needed  bytes that were to be written
     * @return that there is no room where that is so, else the failure and where it happened
     */
    public static IOException explain(Disk disk, Path file, String setting, long needed, IOException failure) {
        Path directory = file.getParent();
        long free = disk.usableBytes(directory);
        String message = String.valueOf(failure.getMessage());
        if (message.contains("No space left") || message.contains("quota") || free >= 0 && free < needed) {
            return new DiskFull(directory, setting, needed, free, failure);
        }
        return new IOException(
                "Cannot write " + needed + " bytes of shuffle data to " + file + ": " + message
                        + ". The task fails and is tried again.",
                failure);
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
