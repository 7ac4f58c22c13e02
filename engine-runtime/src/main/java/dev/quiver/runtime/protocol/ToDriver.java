package dev.quiver.runtime.protocol;

import dev.quiver.block.BlockUpdate;
import dev.quiver.id.StageAttempt;
import dev.quiver.task.MemoryLedger;
import dev.quiver.task.TaskEnd;
import java.util.List;

/**
 * What an executor tells its driver. In one process the object itself is handed over; between processes
 * {@link ToDriverCodec} writes it.
 */
public sealed interface ToDriver {
    /** Tasks that ended since the last report, and blocks that came and went with them. */
    record Report(List<StageEnds> ends, List<BlockUpdate> blocks) implements ToDriver {
        public Report {
            ends = List.copyOf(ends);
            blocks = List.copyOf(blocks);
        }
    }

    /** Ended tasks of one stage attempt. */
    record StageEnds(StageAttempt stage, List<TaskEnd> ends) {
        public StageEnds {
            ends = List.copyOf(ends);
        }
    }

    /** I am put together, with all the application's classes, and take tasks. */
    record Ready() implements ToDriver {}

    /** My host, or whoever watches over me, wants me to end: give me nothing more, and let others take what I hold. */
    record Leaving(String reason) implements ToDriver {}

    /**
     * How a {@link ToExecutor.TakeOutputs} ended.
     *
     * @param problem why nothing was taken over; empty when all was
     */
    record OutputsTaken(long number, String problem) implements ToDriver {}

    /**
     * I am alive.
     *
     * @param runningTasks tasks in a slot
     * @param queuedTasks  tasks waiting for one
     * @param heapUsed     bytes of heap in use
     * @param heapMax      bytes the heap may grow to
     * @param gcMillis     time spent collecting garbage since the start
     * @param memory       who holds what
     */
    record Heartbeat(int runningTasks, int queuedTasks, long heapUsed, long heapMax, long gcMillis, MemoryLedger memory)
            implements ToDriver {}
}
