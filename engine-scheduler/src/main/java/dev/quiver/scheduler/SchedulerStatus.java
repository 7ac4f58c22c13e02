package dev.quiver.scheduler;

/**
 * How much the scheduler has in hand. All zero but executors and slots when nothing is going on.
 *
 * @param jobs             jobs under way
 * @param stages           stages that some job needs
 * @param taskSets         stage attempts executors may report about, retired ones included
 * @param executors        living executors
 * @param slots            slots of those that take new tasks
 * @param pending          tasks that wait for a slot
 * @param running          tasks launched and not ended, queued on executors ones included
 * @param grants           commit grants whose task has not ended
 * @param listenerFailures how often the scheduler listener threw, since the start
 */
public record SchedulerStatus(
        int jobs,
        int stages,
        int taskSets,
        int executors,
        int slots,
        int pending,
        int running,
        int grants,
        long listenerFailures) {
    /** Nothing is under way, and nothing is remembered of what was. */
    public boolean isIdle() {
        return jobs == 0 && stages == 0 && taskSets == 0 && pending == 0 && running == 0 && grants == 0;
    }
}
