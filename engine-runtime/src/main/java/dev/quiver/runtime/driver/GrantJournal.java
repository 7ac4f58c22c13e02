package dev.quiver.runtime.driver;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.scheduler.port.CommitJournal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Commit grants as lines of a file, each forced to the disk before it counts. Opened by the first grant. Belongs to the
 * driver's loop.
 */
final class GrantJournal implements CommitJournal {
    private final PathSupplier file;
    private RandomAccessFile lines;

    /** Makes the folder of the journal when there is something to write. */
    interface PathSupplier {
        Path get() throws IOException;
    }

    GrantJournal(PathSupplier file) {
        this.file = file;
    }

    @Override
    public void granted(TaskAttempt task, ExecutorId executor) throws IOException {
        if (lines == null) {
            // No channel: an interrupt would close it, and the loop's part may be played by a task's thread.
            lines = new RandomAccessFile(file.get().toFile(), "rwd");
            lines.seek(lines.length());
        }
        lines.write(("granted task=" + task + " executor=" + executor + "\n").getBytes(StandardCharsets.UTF_8));
    }

    void close() throws IOException {
        if (lines != null) {
            lines.close();
        }
    }
}
