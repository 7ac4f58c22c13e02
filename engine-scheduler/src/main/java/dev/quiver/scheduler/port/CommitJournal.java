package dev.quiver.scheduler.port;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.TaskAttempt;
import java.io.IOException;

/** Remembers commit grants beyond the driver's memory. */
public interface CommitJournal {
    /** Writes a grant; returns when it is durable. Only then is the grant answered. */
    void granted(TaskAttempt task, ExecutorId executor) throws IOException;
}
