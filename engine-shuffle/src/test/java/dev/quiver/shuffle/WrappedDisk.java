package dev.quiver.shuffle;

import dev.quiver.shuffle.format.Disk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** The machine's disk, for tests to change a call or two of. */
public class WrappedDisk implements Disk {
    @Override
    public void createDirectory(Path directory) throws IOException {
        Disk.system().createDirectory(directory);
    }

    @Override
    public Writable write(Path file) throws IOException {
        return Disk.system().write(file);
    }

    @Override
    public FileChannel read(Path file) throws IOException {
        return Disk.system().read(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Disk.system().rename(from, to);
    }

    @Override
    public void force(Path directory) throws IOException {
        Disk.system().force(directory);
    }

    @Override
    public long usableBytes(Path directory) {
        return Disk.system().usableBytes(directory);
    }

    @Override
    public void deleteTree(Path directory) throws IOException {
        Disk.system().deleteTree(directory);
    }

    /** A file that is written, for tests to change a call or two of. */
    public static class WrappedFile implements Writable {
        private final Writable file;

        public WrappedFile(Writable file) {
            this.file = file;
        }

        @Override
        public void write(long position, byte[] bytes) throws IOException {
            file.write(position, bytes);
        }

        @Override
        public void truncate(long length) throws IOException {
            file.truncate(length);
        }

        @Override
        public void force() throws IOException {
            file.force();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
