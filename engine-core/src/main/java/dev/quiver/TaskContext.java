package dev.quiver;

import dev.quiver.id.BroadcastId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.task.BarrierAnswer;
import java.util.concurrent.Callable;

/** What user code may know about the task it runs in. Belongs to the task's thread. */
public abstract class TaskContext {
    private static final ThreadLocal<TaskContext> CURRENT = new ThreadLocal<>();

    /** The task this thread runs, or null outside a task. */
    public static TaskContext current() {
        return CURRENT.get();
    }

    /** Runs {@code work} as the task described by this context. For the engine. */
    public final <R> R call(Callable<R> work) throws Exception {
        TaskContext outer = CURRENT.get();
        CURRENT.set(this);
        try {
            return work.call();
        } finally {
            if (outer == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(outer);
            }
        }
    }

    /**
     * Stage, epoch, task and attempt, unlike those of any other task. Where several tasks compute slices of one partition,
     * this tells them apart and {@link #partition()} does not.
     */
    public abstract TaskAttempt attempt();

    /** The partition this task computes, or computes a slice of. */
    public int partition() {
        return attempt().partition();
    }

    /** True once the task was told to stop; long loops in user code may look at it and return. */
    public abstract boolean isKilled();

    /** The value of a broadcast, fetched once per executor. For the engine. */
    protected abstract Object broadcastValue(BroadcastId id);

    /**
     * Waits for the other tasks of a barrier stage. For the engine.
     *
     * @param round   how often this task has called before; negative to be told at once who they are
     * @param call    what all of them must call
     * @param message what this one brings along
     */
    protected BarrierAnswer meet(int round, String call, String message) throws InterruptedException {
        return BarrierAnswer.failed("this task is not part of a barrier stage");
    }

    /** Adds to this task's share of an accumulator. For the engine. */
    protected abstract <T> void accumulate(Accumulator<T> accumulator, T amount);
}
