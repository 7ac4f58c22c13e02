package dev.quiver.shuffle.reader;

import dev.quiver.shuffle.format.Disk;
import dev.quiver.shuffle.format.FileRange;
import dev.quiver.shuffle.format.ReadBuffer;
import dev.quiver.shuffle.format.SegmentFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The files of one other executor of this host, opened by this process. Once open they can be read to the end, even when
 * the executor dies and its folder is deleted. A chunk of one reduce partition is in one file a schema, so few are open.
 * Belongs to the reading task's thread.
 */
final class HolderFiles implements AutoCloseable {
    private static final int MAX_OPEN = 4;

    private final Disk disk;
    private final ReadBuffer room;
    private final Map<String, FileChannel> open = new LinkedHashMap<>(8, 0.75f, true);

    /** @param room borrowed */
    HolderFiles(Disk disk, ReadBuffer room) {
        this.disk = disk;
        this.room = room;
    }

    /**
     * Reads a range in one go.
     *
     * @param file as its writer named it; it may have been published since
     * @return lent until the next call
     * @throws IOException if the file is not to be had, or is too short
     */
    ByteBuffer read(String file, long offset, int length) throws IOException {
        FileChannel channel = open.get(file);
        if (channel == null) {
            channel = open(file);
            open.put(file, channel);
            closeDownTo(MAX_OPEN);
        }
        ByteBuffer bytes = room.room(length);
        FileRange.read(channel, offset, bytes, file);
        return bytes.flip();
    }

    private FileChannel open(String file) throws IOException {
        try {
            return disk.read(Path.of(file));
        } catch (NoSuchFileException gone) {
            if (!file.endsWith(SegmentFile.PART)) {
                throw gone;
            }
            return disk.read(Path.of(file.substring(0, file.length() - SegmentFile.PART.length())));
        } catch (InvalidPathException malformed) {
            throw new IOException("'" + file + "' is no path here", malformed);
        }
    }

    /** Closes everything. Closing twice is harmless. */
    @Override
    public void close() {
        closeDownTo(0);
    }

    private void closeDownTo(int most) {
        Iterator<FileChannel> eldest = open.values().iterator();
        while (open.size() > most) {
            FileChannel channel = eldest.next();
            eldest.remove();
            try {
                channel.close();
            } catch (IOException unimportant) {
                // It was only read.
            }
        }
    }
}
