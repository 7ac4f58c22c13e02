package dev.quiver.block;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The machine's disk, of which folders fill up or cannot be read any more. */
final class FaultyDisk implements DiskFolder.Opening {
    /** Bytes that may still be written below a folder. */
    final Map<Path, Long> free = new LinkedHashMap<>();

    /** What reading below a folder fails with. */
    final Map<Path, String> unreadable = new LinkedHashMap<>();

    @Override
    public FileChannel open(Path file, OpenOption... options) throws IOException {
        return new Channel(file, FileChannel.open(file, options));
    }

    private final class Channel extends FileChannel {
        private final Path file;
        private final FileChannel real;

        Channel(Path file, FileChannel real) {
            this.file = file;
            this.real = real;
        }

        @Override
        public int write(ByteBuffer bytes, long position) throws IOException {
            for (Map.Entry<Path, Long> folder : free.entrySet()) {
                if (file.startsWith(folder.getKey())) {
                    if (folder.getValue() == 0) {
                        throw new IOException("No space left on device");
                    }
                    int fits = (int) Math.min(bytes.remaining(), folder.getValue());
                    folder.setValue(folder.getValue() - fits);
                    ByteBuffer part = bytes.slice(bytes.position(), fits);
                    bytes.position(bytes.position() + fits);
                    return real.write(part, position);
                }
            }
            return real.write(bytes, position);
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            for (Map.Entry<Path, String> folder : unreadable.entrySet()) {
                if (file.startsWith(folder.getKey())) {
                    throw new IOException(folder.getValue());
                }
            }
            return real.read(into, position);
        }

        @Override
        public long size() throws IOException {
            return real.size();
        }

        @Override
        protected void implCloseChannel() throws IOException {
            real.close();
        }

        @Override
        public int read(ByteBuffer into) {
            throw new UnsupportedOperationException("blocks are read by position");
        }

        @Override
        public long read(ByteBuffer[] into, int offset, int length) {
            throw new UnsupportedOperationException("blocks are read by position");
        }

        @Override
        public int write(ByteBuffer bytes) {
            throw new UnsupportedOperationException("blocks are written by position");
        }

        @Override
        public long write(ByteBuffer[] bytes, int offset, int length) {
            throw new UnsupportedOperationException("blocks are written by position");
        }

        @Override
        public long position() throws IOException {
            return real.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            real.position(position);
            return this;
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            real.truncate(size);
            return this;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            real.force(metaData);
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
            return real.transferTo(position, count, target);
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
            return real.transferFrom(source, position, count);
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
            return real.map(mode, position, size);
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) throws IOException {
            return real.lock(position, size, shared);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return real.tryLock(position, size, shared);
        }
    }
}
