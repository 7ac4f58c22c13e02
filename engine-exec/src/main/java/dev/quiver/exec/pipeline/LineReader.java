package dev.quiver.exec.pipeline;

import dev.quiver.lineage.FileSplit;
import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * The lines whose first byte lies in a split. Lines end with \n or \r\n; the last one may end with the file. Bytes that
 * are no UTF-8 become replacement characters. Reads one byte before the split, to see whether a line starts with it.
 */
final class LineReader implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 18;
    private static final int MOST_BUFFER_BYTES = Integer.MAX_VALUE - 16;
    private static final int SMALLEST_BUFFER_BYTES = 1 << 12;

    private final String path;
    private final InputStream in;
    private final int maxLineBytes;
    private final long end;
    private byte[] buffer;
    private long bufferOffset;
    private int start;
    private int limit;
    private boolean atEnd;

    /** @param end offset in the file at which no more line may start */
    private LineReader(String path, InputStream in, long offset, long end, int maxLineBytes) {
        this.path = path;
        this.in = in;
        this.bufferOffset = offset;
        this.end = end;
        this.maxLineBytes = maxLineBytes;
        this.buffer = new byte[(int) Math.max(SMALLEST_BUFFER_BYTES, Math.min(BUFFER_BYTES, end - offset))];
    }

    static LineReader open(FileSplit split, int maxLineBytes) throws IOException {
        try {
            if (split.compressed()) {
                InputStream raw = new BufferedInputStream(Files.newInputStream(Path.of(split.path())), BUFFER_BYTES);
                try {
                    InputStream in = new GZIPInputStream(raw, 1 << 16);
                    return new LineReader(split.path(), in, 0, Long.MAX_VALUE, maxLineBytes);
                } catch (IOException damaged) {
                    raw.close();
                    throw damaged;
                }
            }
            return openPlain(split, maxLineBytes);
        } catch (NoSuchFileException missing) {
            FileNotFoundException failure = new FileNotFoundException("The text file " + split.path()
                    + " is missing on this machine. It must be at the same path on every machine that runs tasks.");
            failure.initCause(missing);
            throw failure;
        } catch (IOException failure) {
            throw new IOException("Cannot read the text file " + split.path() + ": " + failure, failure);
        }
    }

    private static LineReader openPlain(FileSplit split, int maxLineBytes) throws IOException {
        FileChannel channel = FileChannel.open(Path.of(split.path()), StandardOpenOption.READ);
        try {
            long from = Math.max(0, split.offset() - 1);
            channel.position(from);
            LineReader reader = new LineReader(
                    split.path(),
                    Channels.newInputStream(channel),
                    from,
                    split.offset() + split.length(),
                    maxLineBytes);
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

    /** The next line without its end, or null. */
    String next() throws IOException {
        if (bufferOffset + start >= end) {
            return null;
        }
        int newline = findNewline();
        if (newline < 0 && start == limit) {
            return null;
        }
        int stop = newline < 0 ? limit : newline;
        int length = stop - start;
        if (newline >= 0 && length > 0 && buffer[stop - 1] == '\r') {
            length--;
        }
        String line = new String(buffer, start, length, StandardCharsets.UTF_8);
        start = newline < 0 ? limit : newline + 1;
        return line;
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
            if (searched > maxLineBytes) {
                throw new IOException("The line at byte " + (bufferOffset + start) + " of " + path + " is longer than "
                        + maxLineBytes + " bytes. The file may be no text, or its lines may end with something other"
                        + " than a newline.");
            }
            if (newline >= 0) {
                return newline;
            }
            if (!fill()) {
                return -1;
            }
        }
    }

    /** Reads more behind what is left, which it moves to the front; false at the end of the file. */
    private boolean fill() throws IOException {
        if (atEnd) {
            return false;
        }
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, limit - start);
            bufferOffset += start;
            limit -= start;
            start = 0;
        }
        if (limit == buffer.length) {
            if (buffer.length == MOST_BUFFER_BYTES) {
                throw new IOException("The line at byte " + bufferOffset + " of " + path + " is longer than "
                        + MOST_BUFFER_BYTES + " bytes, more than an array can hold. The file may be no text.");
            }
            buffer = Arrays.copyOf(buffer, (int) Math.min(MOST_BUFFER_BYTES, buffer.length * 2L));
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

    @Override
    public void close() throws IOException {
        in.close();
    }
}
