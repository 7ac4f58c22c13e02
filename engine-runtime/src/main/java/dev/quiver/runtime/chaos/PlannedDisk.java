package dev.quiver.runtime.chaos;

import dev.quiver.shuffle.format.Disk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/** A disk on which some writes fail, or take long. */
record PlannedDisk(Disk disk, List<CountedFault> writes) implements Disk {
    @Override
    public void createDirectory(Path directory) throws IOException {
        disk.createDirectory(directory);
    }

    @Override
    public Writable write(Path file) throws IOException {
        Writable open = disk.write(file);
        return new Writable() {
            @Override
            public void write(long position, byte[] bytes) throws IOException {
                suffer(file);
                open.write(position, bytes);
            }

            @Override
            public void write(long position, byte[] bytes, int length) throws IOException {
                suffer(file);
                open.write(position, bytes, length);
            }

            @Override
            public void truncate(long length) throws IOException {
                open.truncate(length);
            }

            @Override
            public void force() throws IOException {
                open.force();
            }

            @Override
            public void close() throws IOException {
                open.close();
            }
        };
    }

    private void suffer(Path file) throws IOException {
        for (CountedFault counted : writes) {
            if (!counted.isNow(file.getFileName().toString())) {
                continue;
            }
            if (counted.fault.deed() instanceof Deed.Late late) {
                ProcessFaults.pause(late.by());
            } else {
                throw new IOException(
                        "No space left on device (" + ChaosSettings.PLAN.name() + ": " + counted.fault + ")");
            }
        }
    }

    @Override
    public FileChannel read(Path file) throws IOException {
        return disk.read(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void force(Path directory) throws IOException {
        disk.force(directory);
    }

    @Override
    public long usableBytes(Path directory) {
        return disk.usableBytes(directory);
    }

    @Override
    public void deleteTree(Path directory) throws IOException {
        disk.deleteTree(directory);
    }
}
