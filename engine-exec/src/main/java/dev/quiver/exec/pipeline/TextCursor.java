package dev.quiver.exec.pipeline;

/** The lines of one split of a text file. Closes the file at its end. */
final class TextCursor implements Cursor {
    private final LineReader lines;
    private final TaskRun run;

    TextCursor(LineReader lines, TaskRun run) {
        this.lines = run.own(lines);
        this.run = run;
    }

    @Override
    public int next(Object[] rows) throws Exception {
        run.checkKilled();
        long before = lines.bytes();
        int count = 0;
        while (count < rows.length) {
            String line = lines.next();
            if (line == null) {
                lines.close();
                break;
            }
            rows[count++] = line;
        }
        run.services.counters().input(count, lines.bytes() - before);
        return count;
    }
}
