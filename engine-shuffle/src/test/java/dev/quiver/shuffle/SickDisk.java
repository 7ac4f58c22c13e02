package dev.quiver.shuffle;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The machine's disk, of which folders fail as a test says. Writes stop half-way, as real ones do. */
public final class SickDisk extends WrappedDisk {
    /** Bytes that may still be written below a folder. */
    public final Map<Path, Long> free = new ConcurrentHashMap<>();

    /** What every call below a folder fails with. */
    public final Map<Path, String> broken = new ConcurrentHashMap<>();

    /** Folders that take no new files, and no bytes in those they have. */
    public final Set<Path> readOnly = ConcurrentHashMap.newKeySet();

    private void checkWritable(Path file) throws IOException {
        check(file);
        if (readOnly.stream().anyMatch(file::startsWith)) {
            throw new IOException("Read-only file system");
        }
    }

    private void check(Path file) throws IOException {
        for (Map.Entry<Path, String> folder : broken.entrySet()) {
            if (file.startsWith(folder.getKey())) {
                throw new IOException(folder.getValue());
            }
        }
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        checkWritable(directory);
        super.createDirectory(directory);
    }

    @Override
    public Writable write(Path file) throws IOException {
        checkWritable(file);
        return new WrappedFile(super.write(file)) {
            @Override
            public void write(long position, byte[] bytes) throws IOException {
                checkWritable(file);
                for (Map.Entry<Path, Long> folder : free.entrySet()) {
                    if (file.startsWith(folder.getKey())) {
                        int fits = (int) Math.min(bytes.length, folder.getValue());
                        folder.setValue(folder.getValue() - fits);
                        super.write(position, Arrays.copyOf(bytes, fits));
                        if (fits < bytes.length) {
                            throw new IOException("No space left on device");
                        }
                        return;
                    }
                }
                super.write(position, bytes);
            }
        };
    }

    @Override
    public FileChannel read(Path file) throws IOException {
        check(file);
        return super.read(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        checkWritable(from);
        super.rename(from, to);
    }

    @Override
    public void deleteTree(Path directory) throws IOException {
        check(directory);
        super.deleteTree(directory);
    }
}
