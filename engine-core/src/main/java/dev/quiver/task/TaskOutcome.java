package dev.quiver.task;

import dev.quiver.id.BlockId;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import java.io.Serializable;
import java.util.Map;

/** How a task attempt ended. Its kind decides whether and where it is tried again. */
public sealed interface TaskOutcome extends Serializable {
    /** The partition is done. */
    sealed interface Success extends TaskOutcome {
        /** What the task added to accumulators, by accumulator number; each value serialized. */
        Map<Long, byte[]> accumulators();
    }

    /** A map task: its output is committed on the executor that reports it. */
    record Wrote(MapOutput output, Map<Long, byte[]> accumulators) implements Success {}

    /** A result task: the serialized value, small enough to travel in the report. */
    record Returned(byte[] value, Map<Long, byte[]> accumulators) implements Success {}

    /** A result task whose value was too large for the report: it waits in a block on the executor. */
    record Stored(BlockId block, ExecutorId holder, long sizeBytes, Map<Long, byte[]> accumulators)
            implements Success {}

    /** The partition is not done. */
    sealed interface Failure extends TaskOutcome {
        /** One sentence for a person. */
        String message();

        /** Whether it counts against {@code task.maxFailures}. */
        default boolean counts() {
            return false;
        }
    }

    /**
     * A map output could not be read. The output is dropped and its map task runs again.
     *
     * @param mapPartition the map partition that is lost, or -1 when everything this holder has is in doubt
     * @param holder       the executor that was asked
     */
    record FetchFailed(ShuffleId shuffle, int mapPartition, ExecutorId holder, String message) implements Failure {}

    /** It was told to stop. */
    record Killed(String message) implements Failure {}

    /** Another attempt of the same partition holds the commit grant. */
    record CommitDenied(String message) implements Failure {}

    /** Its executor is gone. Charged to the task only when it is to blame, as when it calls {@code System.exit}. */
    record ExecutorGone(String message, boolean causedByTask) implements Failure {
        @Override
        public boolean counts() {
            return causedByTask;
        }
    }

    /**
     * User code threw.
     *
     * @param exception class of the exception
     * @param userLine  the line of user code nearest to the throw
     * @param trace     the full trace, for {@code --verbose}
     * @param retry     false when trying again cannot help, as for a result that cannot be serialized
     */
    record Threw(String exception, String message, String userLine, String trace, boolean retry) implements Failure {
        @Override
        public boolean counts() {
            return true;
        }
    }

    /**
     * The heap ran out: the process ends, for nobody knows what else in it failed. The message names the line and who held
     * memory; the next try has an executor for itself.
     */
    record OutOfMemory(String message) implements Failure {
        @Override
        public boolean counts() {
            return true;
        }
    }

    /** The machine failed the task: a full disk, an unreadable file. */
    record Environment(String message, String trace) implements Failure {
        @Override
        public boolean counts() {
            return true;
        }
    }
}
