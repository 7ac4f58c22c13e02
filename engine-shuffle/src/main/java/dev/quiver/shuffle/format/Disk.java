package dev.quiver.shuffle.format;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/** The file system as shuffle files see it: the seam where tests let it fail. Safe for many threads. */
public interface Disk {
    /** The machine's file system. */
    static Disk system() {
        return SystemDisk.INSTANCE;
    }

    /** Makes a folder, and those above it, that only this user may enter. Harmless when it is there. */
    void createDirectory(Path directory) throws IOException;

    /** Opens a file for writing, creating it. Returned: the caller closes it. */
    Writable write(Path file) throws IOException;

    /** Opens a file for reading. Returned: the caller closes it. */
    FileChannel read(Path file) throws IOException;

    /** Gives a file another name in its folder, at once: whoever looks sees the one or the other. */
    void rename(Path from, Path to) throws IOException;

    /** Waits until the names in a folder are on the disk, where the file system can say so. */
    void force(Path directory) throws IOException;

    /** Bytes that can still be written below a folder, or -1 when that is unknown. */
    long usableBytes(Path directory);

    /** Deletes a folder with everything in it. Harmless when it is not there. */
    void deleteTree(Path directory) throws IOException;

    /** A file open for writing. One thread at a time. */
    interface Writable extends Closeable {
        /** Writes all bytes at a position; not stopped half-way by an interrupt. */
        void write(long position, byte[] bytes) throws IOException;

        /** The same of the first bytes of an array. */
        default void write(long position, byte[] bytes, int length) throws IOException {
            write(position, length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
        }

        /** Cuts the file off behind this many bytes. */
        void truncate(long length) throws IOException;

        /** Waits until what was written is on the disk. */
        void force() throws IOException;
    }
}
