package dev.quiver.exec.pipeline;

import dev.quiver.lineage.FileSplit;
import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPInputStream;

/**
 * The lines whose first byte lies in a split, as places in the bytes read. Lines end with \n or \r\n; the last one may end
 * with the file. Reads one byte before the split, to see whether a line starts with it.
 */
final class LineReader implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 18;
    private static final int MOST_BUFFER_BYTES = Integer.MAX_VALUE - 16;
    private static final int SMALLEST_BUFFER_BYTES = 1 << 12;

    private final String path;
    private final InputStream in;
    private final int maxLineBytes;
    private final long end;
    private final boolean keeps;
    private final int bufferBytes;
    private byte[] buffer;
    private long bufferOffset;
    private int start;
    private int limit;
    private boolean atEnd;

    /**
     * @param end   offset in the file at which no more line may start
     * @param keeps whether somebody may hold on to the bytes, so that a buffer is filled only once
     */
    private LineReader(String path, InputStream in, long offset, long end, int maxLineBytes, boolean keeps) {
        this.keeps = keeps;
        this.path = path;
        this.in = in;
        this.bufferOffset = offset;
        this.end = end;
        this.maxLineBytes = maxLineBytes;
        this.bufferBytes = (int) Math.max(SMALLEST_BUFFER_BYTES, Math.min(BUFFER_BYTES, end - offset));
        this.buffer = new byte[bufferBytes];
    }

    /**
     * @param keeps whether the bytes of lines stay as they are for good; otherwise until the next lines are asked for
     */
    static LineReader open(FileSplit split, int maxLineBytes, boolean keeps) throws IOException {
        try {
            if (split.compressed()) {
                InputStream raw = new BufferedInputStream(Files.newInputStream(Path.of(split.path())), BUFFER_BYTES);
                try {
                    InputStream in = new GZIPInputStream(raw, 1 << 16);
                    return new LineReader(split.path(), in, 0, Long.MAX_VALUE, maxLineBytes, keeps);
                } catch (IOException damaged) {
                    raw.close();
                    throw damaged;
                }
            }
            return openPlain(split, maxLineBytes, keeps);
        } catch (NoSuchFileException missing) {
            // Without its cause, which would pass for trouble with a disk and says nothing but the path.
            throw new FileNotFoundException("The text file " + split.path()
                    + " is missing on this machine. It must be at the same path on every machine that runs tasks.");
        } catch (IOException failure) {
            throw new IOException("Cannot read the text file " + split.path() + ": " + failure, failure);
        }
    }

    private static LineReader openPlain(FileSplit split, int maxLineBytes, boolean keeps) throws IOException {
        FileChannel channel = FileChannel.open(Path.of(split.path()), StandardOpenOption.READ);
        try {
            long from = Math.max(0, split.offset() - 1);
            channel.position(from);
            LineReader reader = new LineReader(
                    split.path(),
                    Channels.newInputStream(channel),
                    from,
                    split.offset() + split.length(),
                    maxLineBytes,
                    keeps);
            if (split.offset() > 0) {
                reader.skipLine();
            }
            return reader;
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    /** Bytes of lines read so far, counted from the start of the split; of the decompressed text when it is gzip. */
    long bytes() {
        return bufferOffset + start;
    }

    /**
     * Finds the next lines, without their ends: those that are read already, or else at least one more.
     *
     * @param most at least 1 and at most what there is room for
     * @return how many, or 0 at the end
     */
    int next(Lines lines, int most) throws IOException {
        lines.count = 0;
        while (lines.count < most && bufferOffset + start < end) {
            int newline = lines.count == 0 ? findNewline() : NewlineSearch.find(buffer, start, limit);
            if (newline < 0 && (lines.count > 0 || start == limit)) {
                break;
            }
            int stop = newline < 0 ? limit : newline;
            checkLength(stop - start);
            lines.starts[lines.count] = start;
            start = newline < 0 ? limit : newline + 1;
            if (newline > lines.starts[lines.count] && buffer[newline - 1] == '\r') {
                stop--;
            }
            lines.ends[lines.count++] = stop;
        }
        lines.data = buffer;
        return lines.count;
    }

    private void skipLine() throws IOException {
        int newline = NewlineSearch.find(buffer, start, limit);
        while (newline < 0) {
            start = limit;
            if (!fill()) {
                return;
            }
            newline = NewlineSearch.find(buffer, start, limit);
        }
        start = newline + 1;
    }

    /** Position of the end of the line that starts at {@code start}, reading more as needed; -1 when the file ends. */
    private int findNewline() throws IOException {
        int searched = 0;
        while (true) {
            int newline = NewlineSearch.find(buffer, start + searched, limit);
            searched = (newline >= 0 ? newline : limit) - start;
            checkLength(searched);
            if (newline >= 0) {
                return newline;
            }
            if (!fill()) {
                return -1;
            }
        }
    }

    private void checkLength(int bytes) throws IOException {
        if (bytes > maxLineBytes) {
            throw new IOException("The line at byte " + (bufferOffset + start) + " of " + path + " is longer than "
                    + maxLineBytes + " bytes. The file may be no text, or its lines may end with something other"
                    + " than a newline.");
        }
    }

    /** Reads more behind what is left; false at the end of the file. */
    private boolean fill() throws IOException {
        if (atEnd) {
            return false;
        }
        if (limit == buffer.length) {
            if (start == 0 && buffer.length == MOST_BUFFER_BYTES) {
                throw new IOException("The line at byte " + bufferOffset + " of " + path + " is longer than "
                        + MOST_BUFFER_BYTES + " bytes, more than an array can hold. The file may be no text.");
            }
            makeRoom();
        }
        int count;
        try {
            count = in.read(buffer, limit, buffer.length - limit);
        } catch (IOException failure) {
            throw new IOException(
                    "Cannot read the text file " + path + " behind byte " + (bufferOffset + limit) + ": " + failure
                            + ". It may be damaged or cut short.",
                    failure);
        }
        if (count <= 0) {
            atEnd = true;
            return false;
        }
        limit += count;
        return true;
    }

    /** Puts what is left to the front, of another buffer when somebody may hold on to this one or it is too small. */
    private void makeRoom() {
        int left = limit - start;
        int wanted = (int) Math.min(MOST_BUFFER_BYTES, left == limit ? limit * 2L : Math.max(bufferBytes, left * 2L));
        byte[] next = keeps || wanted > buffer.length ? new byte[wanted] : buffer;
        System.arraycopy(buffer, start, next, 0, left);
        buffer = next;
        bufferOffset += start;
        limit = left;
        start = 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
