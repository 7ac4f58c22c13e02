package dev.quiver.runtime.driver;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.scheduler.port.CommitJournal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Commit grants as lines of a file, each forced to the disk before it counts. Opened by the first grant. Belongs to the
 * driver's loop.
 */
final class GrantJournal implements CommitJournal {
    private final PathSupplier file;
    private FileChannel channel;

    /** Makes the folder of the journal when there is something to write. */
    interface PathSupplier {
        Path get() throws IOException;
    }

    GrantJournal(PathSupplier file) {
        this.file = file;
    }

    @Override
    public void granted(TaskAttempt task, ExecutorId executor) throws IOException {
        if (channel == null) {
            channel = FileChannel.open(file.get(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        ByteBuffer line = ByteBuffer.wrap(
                ("granted task=" + task + " executor=" + executor + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
            channel.write(line);
        }
        channel.force(false);
    }

    void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
