package dev.quiver.exec.pipeline;

import dev.quiver.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The lines of one split of a text file: as rows, strings or slices, or as places in what was read, for who makes rows of
 * them. Bytes that are no UTF-8 become replacement characters in strings. Closes the file at its end.
 */
final class TextCursor implements Cursor {
    private final LineReader reader;
    private final TaskRun run;
    private final Lines lines = new Lines(BATCH_ROWS);

    final boolean slices;

    TextCursor(LineReader reader, boolean slices, TaskRun run) {
        this.reader = run.own(reader);
        this.slices = slices;
        this.run = run;
    }

    /** The next lines, at most so many, or none at the end. Valid until the next call, unless they are for slices. */
    Lines nextLines(int most) throws IOException {
        run.checkKilled();
        long before = reader.bytes();
        int count = reader.next(lines, Math.min(most, BATCH_ROWS));
        if (count == 0) {
            reader.close();
        }
        run.services.counters().input(count, reader.bytes() - before);
        return lines;
    }

    /** Puts the lines from one on into an array from its start, as rows; returns how many. */
    int rows(Lines read, int from, Object[] into) {
        for (int line = from; line < read.count; line++) {
            int start = read.starts[line];
            int length = read.ends[line] - start;
            into[line - from] = slices
                    ? Text.wrap(read.data, start, length)
                    : new String(read.data, start, length, StandardCharsets.UTF_8);
        }
        return read.count - from;
    }

    @Override
    public int next(Object[] rows) throws IOException {
        return rows(nextLines(rows.length), 0, rows);
    }
}
