package dev.quiver;

import dev.quiver.id.TaskAttempt;
import dev.quiver.task.BarrierAnswer;
import java.util.List;

/**
 * A task of a barrier stage, and the others, which run at the same time. All of them must make the same calls in the same
 * order: each call waits for all, up to {@code quiver.barrier.timeout}. Belongs to the task's thread.
 */
public final class BarrierContext {
    private final TaskContext task;
    private int round;

    BarrierContext(TaskContext task) {
        this.task = task;
    }

    /** The partition of this task, from 0 on. */
    public int partition() {
        return task.partition();
    }

    /** Stage, epoch, task and attempt. The epoch tells the attempts of the stage apart: all tasks of one have the same. */
    public TaskAttempt attempt() {
        return task.attempt();
    }

    /**
     * Waits until every task of the stage has called this.
     *
     * @throws BarrierException     when that cannot happen any more, or takes too long; the message names who is missing
     * @throws InterruptedException when the task is told to stop
     */
    public void barrier() throws InterruptedException {
        meet("barrier()", "");
    }

    /**
     * Waits until every task of the stage has called this.
     *
     * @param message at most 65,536 characters
     * @return the messages of all tasks, by partition
     * @throws BarrierException     as {@link #barrier()}
     * @throws InterruptedException when the task is told to stop
     */
    public List<String> allGather(String message) throws InterruptedException {
        return meet("allGather()", message).messages();
    }

    /**
     * The hosts all tasks run on, by partition. As many elements as there are tasks. Waits for nobody.
     *
     * @throws InterruptedException when the task is told to stop
     */
    public List<String> hosts() throws InterruptedException {
        return checked(task.meet(-1, "hosts()", "")).hosts();
    }

    private BarrierAnswer meet(String call, String message) throws InterruptedException {
        return checked(task.meet(round++, call, message));
    }

    private static BarrierAnswer checked(BarrierAnswer answer) {
        if (!answer.problem().isEmpty()) {
            throw new BarrierException(answer.problem());
        }
        return answer;
    }
}
