package dev.quiver.exec.pipeline;

import dev.quiver.QuiverException;
import dev.quiver.Text;
import dev.quiver.exec.task.CommitDenied;
import dev.quiver.id.TaskAttempt;
import dev.quiver.stage.Action;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes a partition as one text file: under a name of this attempt, synced, and under its final name only after the
 * driver granted the commit. Whatever goes wrong before, the attempt's file is removed.
 */
final class TextPart {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Action.SaveText save;
    private final int partition;
    private final TaskRun run;
    private final String fileName;

    TextPart(Action.SaveText save, int partition, TaskRun run) {
        this.save = save;
        this.partition = partition;
        this.run = run;
        this.fileName = String.format(java.util.Locale.ROOT, "part-%05d", partition);
    }

    Action.SavedPart write(Cursor rows) throws Exception {
        TaskAttempt attempt = run.services.attempt();
        Path directory = Path.of(save.directory());
        Path temporary = Path.of(save.attemptDirectory())
                .resolve(fileName + "." + attempt.stage().stage() + "."
                        + attempt.stage().epoch() + "." + attempt.attempt());
        // The folder is there as long as its job is: making it here would bring back what a failed job removed.
        boolean published = false;
        try {
            long count = writeLines(rows, temporary);
            long bytes = Files.size(temporary);
            run.checkKilled();
            if (!run.services.requestCommit()) {
                throw new CommitDenied("Attempt " + attempt + " may not publish " + directory.resolve(fileName)
                        + ": another attempt of partition " + partition + " may. Its file was removed.");
            }
            Files.move(temporary, directory.resolve(fileName), StandardCopyOption.ATOMIC_MOVE);
            published = true;
            sync(directory);
            return new Action.SavedPart(fileName, bytes, count);
        } finally {
            if (!published) {
                Files.deleteIfExists(temporary);
            }
        }
    }

    private long writeLines(Cursor rows, Path file) throws Exception {
        Object[] batch = new Object[Cursor.BATCH_ROWS];
        long total = 0;
        try (FileChannel channel = FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
                OutputStream out = new BufferedOutputStream(new FileOutput(file, channel), BUFFER_BYTES)) {
            for (int count = rows.next(batch); count > 0; count = rows.next(batch)) {
                for (int row = 0; row < count; row++) {
                    if (batch[row] == null) {
                        throw new QuiverException("Row " + (total + row) + " of partition " + partition
                                + " is null, which no line of text stands for. Nothing of this partition was saved;"
                                + " filter nulls out or map them to text first.");
                    }
                    out.write(bytes(batch[row]));
                    out.write('\n');
                }
                total += count;
                run.checkKilled();
            }
            out.flush();
            channel.force(true);
        }
        return total;
    }

    /** A slice is written as it is, also where it is no UTF-8. */
    private static byte[] bytes(Object row) {
        return row instanceof Text slice ? slice.toBytes() : row.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Names the file in what goes wrong, which a full disk does not. */
    private static final class FileOutput extends OutputStream {
        private final Path file;
        private final OutputStream out;

        FileOutput(Path file, FileChannel channel) {
            this.file = file;
            this.out = Channels.newOutputStream(channel);
        }

        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException failure) {
                FileSystemException named = new FileSystemException(file.toString(), null, failure.getMessage());
                named.initCause(failure);
                throw named;
            }
        }
    }

    /** Makes the new name survive a crash of the machine; systems that cannot sync a folder need not. */
    private static void sync(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException unsupported) {
            // The file itself is synced and has its final name.
        }
    }
}
