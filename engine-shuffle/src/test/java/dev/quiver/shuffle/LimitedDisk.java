package dev.quiver.shuffle;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** The machine's disk with a limit that a test moves. Writes stop half-way, as real ones do. */
public final class LimitedDisk extends WrappedDisk {
    public volatile long freeBytes = Long.MAX_VALUE;

    @Override
    public Writable write(Path file) throws IOException {
        return new WrappedFile(super.write(file)) {
            @Override
            public void write(long position, byte[] bytes) throws IOException {
                if (bytes.length > freeBytes) {
                    super.write(position, Arrays.copyOf(bytes, (int) freeBytes));
                    freeBytes = 0;
                    throw new IOException("No space left on device");
                }
                freeBytes -= bytes.length;
                super.write(position, bytes);
            }
        };
    }

    @Override
    public long usableBytes(Path directory) {
        return freeBytes;
    }
}
