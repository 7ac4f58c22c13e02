package dev.quiver.runtime.executor;

import dev.quiver.UsageException;
import dev.quiver.config.Bytes;
import dev.quiver.task.TaskEnd;
import dev.quiver.task.TaskOutcome;
import java.util.Map;

/** About how many bytes the end of a task takes in a message, and how many it may take. */
final class EndSize {
    /** Most bytes of a result inside a report, and of all that one task adds to accumulators. */
    static final long MOST_BYTES = 4L << 20;

    private static final int OVERHEAD = 256;
    private static final int BYTES_PER_CHARACTER = 3;
    private static final int BYTES_PER_NUMBER = 9;

    private EndSize() {}

    static long of(TaskEnd end) {
        TaskOutcome outcome = end.outcome();
        long bytes = OVERHEAD;
        for (String operator : end.metrics().peaksByOperator().keySet()) {
            bytes += BYTES_PER_NUMBER + (long) BYTES_PER_CHARACTER * operator.length();
        }
        if (outcome instanceof TaskOutcome.Success success) {
            bytes += of(success.accumulators());
        }
        if (outcome instanceof TaskOutcome.Failure failure) {
            bytes += (long) BYTES_PER_CHARACTER * failure.message().length();
        }
        if (outcome instanceof TaskOutcome.Returned returned) {
            bytes += returned.value().length;
        } else if (outcome instanceof TaskOutcome.Wrote wrote) {
            bytes += wrote.output().sizes().length;
        } else if (outcome instanceof TaskOutcome.Threw threw) {
            bytes += (long) BYTES_PER_CHARACTER * threw.trace().length();
        } else if (outcome instanceof TaskOutcome.Environment environment) {
            bytes += (long) BYTES_PER_CHARACTER * environment.trace().length();
        }
        return bytes;
    }

    /** @throws UsageException when a task added more to accumulators than a report can carry */
    static void requireSendable(Map<Long, byte[]> accumulators) {
        long bytes = of(accumulators);
        if (bytes > MOST_BYTES) {
            throw new UsageException("this task added " + Bytes.of(bytes).display() + " to accumulators, more than the "
                    + Bytes.of(MOST_BYTES).display() + " a task may; return such data as rows instead");
        }
    }

    private static long of(Map<Long, byte[]> accumulators) {
        long bytes = 0;
        for (byte[] delta : accumulators.values()) {
            bytes += BYTES_PER_NUMBER + delta.length;
        }
        return bytes;
    }
}
