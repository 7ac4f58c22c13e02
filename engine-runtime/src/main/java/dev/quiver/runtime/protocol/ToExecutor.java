package dev.quiver.runtime.protocol;

import dev.quiver.StorageLevel;
import dev.quiver.id.BlockId;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.TaskAttempt;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.MapVersion;
import dev.quiver.task.TaskRange;
import java.util.List;

/**
 * What a driver tells an executor. In one process the object itself is handed over; between processes
 * {@link ToExecutorCodec} writes it.
 */
public sealed interface ToExecutor {
    /** Keep this stage program, as {@link dev.quiver.stage.codec.PlanCodec} wrote it; launches name it by its id. */
    record InstallProgram(ProgramId program, byte[] content) implements ToExecutor {}

    /** Keep this stage program. Only in one process, and only when tasks may share what it holds. */
    record SharePlan(ProgramId program, StagePlan plan) implements ToExecutor {}

    /** No launch will name this program any more. */
    record ForgetProgram(ProgramId program) implements ToExecutor {}

    /**
     * Run these tasks of a program.
     *
     * @param layout what each task of the stage computes
     */
    record LaunchTasks(StageAttempt stage, ProgramId program, TaskLayout layout, List<TaskRange> tasks)
            implements ToExecutor {
        public LaunchTasks {
            tasks = List.copyOf(tasks);
        }
    }

    /**
     * Stop every task of this stage attempt.
     *
     * @param interrupt whether those that do not stop by themselves are made to
     */
    record CancelStage(StageAttempt stage, String reason, boolean interrupt) implements ToExecutor {}

    /** Stop this one task. */
    record CancelTask(TaskAttempt task, String reason) implements ToExecutor {}

    /** No reader can need this shuffle any more. */
    record RemoveShuffle(ShuffleId shuffle) implements ToExecutor {}

    /** Drop the cached partitions of a dataset. */
    record RemoveDataset(DatasetId dataset) implements ToExecutor {}

    /** Drop a broadcast value. */
    record RemoveBroadcast(BroadcastId broadcast) implements ToExecutor {}

    /** Drop a block, as a result that was fetched. */
    record RemoveBlock(BlockId block) implements ToExecutor {}

    /** Fetch this block from whoever holds it, and keep it too. The next report says whether that went well. */
    record CopyBlock(BlockId block, StorageLevel level) implements ToExecutor {}

    /**
     * Fetch these map outputs from the executor that holds them, and serve them too; it is about to leave. The answer is
     * {@link ToDriver.OutputsTaken}.
     *
     * @param number   of this order, for the answer
     * @param versions by ascending map partition
     */
    record TakeOutputs(long number, ShuffleId shuffle, int reduceCount, ExecutorId from, List<MapVersion> versions)
            implements ToExecutor {
        public TakeOutputs {
            versions = List.copyOf(versions);
        }
    }

    /** Map outputs of this shuffle were moved: ask again where they are before reading them. */
    record ForgetLocations(ShuffleId shuffle) implements ToExecutor {}

    /** What you held is elsewhere, as far as it could be: exit when nobody reads from you any more, and soon. */
    record Leave(String reason) implements ToExecutor {}

    /** The session ends: stop and exit. */
    record Shutdown(String reason) implements ToExecutor {}
}
