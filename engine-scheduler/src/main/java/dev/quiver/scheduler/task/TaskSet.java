package dev.quiver.scheduler.task;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.JobId;
import dev.quiver.id.StageAttempt;
import dev.quiver.scheduler.exclude.SetExclusions;
import dev.quiver.scheduler.executor.Executor;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * The tasks of one stage attempt, by their numbers in the stage's layout: a partition here is a whole one, or a slice of
 * one. Each unfinished partition is pending, held by an executor, or withheld:
 * <pre>
 *   pending --take--> held --end--> finished
 *      ^                |
 *      +----requeue-----+      (withheld: in none of them, until requeued)
 * </pre>
 * What no executor holds is in {@link #queue}, what is held in {@link Holdings}; this class says where a task goes when it
 * ends. One that ran out of memory is pending for an executor of its own: it is taken apart from the others. A held one that
 * runs slowly may be copied ({@link #copies}), and is held by two executors then.
 * A <em>retired</em> set (a zombie) launches nothing more; it lives on only while executors still hold tasks of it.
 */
public final class TaskSet {
    private final Assignment assignment;
    private final Patience patience;
    private final SetExclusions exclusions;
    private final Unfinished unfinished;
    private final Attempts attempts;
    private final Holdings holdings;
    private final Refusals refusals;
    private final TaskQueue queue;
    private final Copies copies;
    private final TaskTime time = new TaskTime();
    private Runnable onPending = () -> {};
    private boolean retired;
    private boolean barrier;

    /**
     * @param partitions  those to run
     * @param preferences preferred executors by task, or null when there are none
     * @param takesTasks  whether an executor takes new tasks
     */
    public TaskSet(
            Assignment assignment,
            Patience patience,
            SetExclusions exclusions,
            BitSet partitions,
            IntFunction<List<ExecutorId>> preferences,
            Predicate<ExecutorId> takesTasks) {
        this.assignment = assignment;
        this.patience = patience;
        this.exclusions = exclusions;
        this.unfinished = new Unfinished(partitions);
        this.attempts = new Attempts(assignment.layout().taskCount());
        this.holdings = new Holdings(attempts);
        this.refusals = new Refusals(attempts, exclusions);
        PendingTasks pending = new PendingTasks((BitSet) partitions.clone(), preferences, takesTasks);
        this.queue = new TaskQueue(pending, attempts, holdings, refusals);
        this.copies = new Copies(attempts, holdings, refusals);
    }

    public Assignment assignment() {
        return assignment;
    }

    public StageAttempt attempt() {
        return assignment.attempt();
    }

    public JobId job() {
        return assignment.job();
    }

    public Patience patience() {
        return patience;
    }

    /** Where its tasks must not run any more. */
    public SetExclusions exclusions() {
        return exclusions;
    }

    /** What no executor holds, and what placement takes. */
    public TaskQueue queue() {
        return queue;
    }

    /** What runs, or should run, a second time beside. */
    public Copies copies() {
        return copies;
    }

    /** Told by how much the number of tasks that executors hold changes. */
    public void onHeld(IntConsumer listener) {
        holdings.onChange(listener);
    }

    /** Told each time a task becomes pending. */
    void onPending(Runnable listener) {
        onPending = listener;
    }

    /** Its tasks run at the same time, all or none, and none of them a second time beside. */
    public void runTogether() {
        barrier = true;
    }

    /** Whether they do. */
    public boolean isBarrier() {
        return barrier;
    }

    /** Whether it has something to launch. */
    public boolean wantsSlots() {
        return queue.count() > 0 || copies.wishCount() > 0;
    }

    // What changes.

    /** A running task should be tried a second time beside. Nothing changes when it is already. */
    public void wishCopy(int partition, Executor holder) {
        if (!barrier && needs(partition) && copies.wish(partition, holder)) {
            onPending.run();
        }
    }

    /** An attempt ended; false, and nothing changes, unless {@link #holds} it. */
    public boolean end(ExecutorId executor, int partition, int taskAttempt) {
        boolean ended = holdings.end(executor, partition, taskAttempt);
        if (ended) {
            copies.forgetWish(partition);
        }
        return ended;
    }

    /** An executor gets no more tasks of this set: those that wait for it may go elsewhere. */
    public void preferNoMore(ExecutorId executor) {
        if (queue.forgetExecutor(executor)) {
            onPending.run();
        }
    }

    /** An executor is gone. Returns what it held, in launch order; it is held by this executor no more. */
    public List<TaskTry> loseExecutor(ExecutorId executor) {
        preferNoMore(executor);
        List<TaskTry> lost = holdings.lose(executor);
        lost.forEach(task -> copies.forgetWish(task.partition()));
        return lost;
    }

    /** A partition is done, by a task of this set or by one of an older attempt. */
    public void finish(int partition) {
        if (unfinished.finish(partition)) {
            queue.remove(partition);
            refusals.forget(partition);
            copies.forgetWish(partition);
        }
    }

    /**
     * The partition waits for another try, rather not on the executor given, which may be null. Not as long as another
     * try of it runs.
     */
    public void requeue(int partition, ExecutorId avoided) {
        if (!holdings.copies(partition).isEmpty()) {
            return;
        }
        attempts.advance(partition);
        if (avoided != null) {
            attempts.avoid(partition, avoided);
        }
        queue.add(partition);
        onPending.run();
    }

    /**
     * The partition waits for another try, with an executor for itself: it ran out of memory beside others. Not as long as
     * another try of it runs.
     */
    public void requeueAlone(int partition) {
        if (!holdings.copies(partition).isEmpty()) {
            return;
        }
        attempts.advance(partition);
        queue.addAlone(partition);
        onPending.run();
    }

    /** What was finished, or never part of this set, is needed again. */
    public void revive(BitSet partitions) {
        unfinished.revive(partitions).stream()
                .filter(partition -> !holdings.isHeld(partition))
                .forEach(partition -> requeue(partition, null));
    }

    /** Takes a pending partition out of the queue, until {@link #release}. */
    public void withhold(int partition) {
        queue.withhold(partition);
    }

    /** Queues a withheld partition. Harmless for all others. */
    public void release(int partition) {
        queue.forgetWithheld(partition);
        if (needs(partition) && !queue.contains(partition) && !holdings.isHeld(partition)) {
            queue.add(partition);
            onPending.run();
        }
    }

    /** A task failed by its own or its executor's fault, which may have to keep it away from there. */
    public void failedOn(int partition, Executor executor) {
        if (exclusions.failed(partition, executor.id(), executor.host())) {
            preferNoMore(executor.id());
        }
    }

    /** A task has succeeded, and ran for so long. */
    public void measured(long runNanos) {
        time.add(runNanos);
        copies.measured(runNanos);
    }

    /** Launches nothing more. */
    void retire() {
        retired = true;
        queue.clear();
        copies.clearWishes();
        patience.satisfied();
        onPending = () -> {};
    }

    // What is.

    public boolean isRetired() {
        return retired;
    }

    /** Whether this set still has to finish a partition. */
    public boolean needs(int partition) {
        return !retired && unfinished.contains(partition);
    }

    /** Whether this very attempt is held by this executor. */
    public boolean holds(ExecutorId executor, int partition, int taskAttempt) {
        return holdings.holds(executor, partition, taskAttempt);
    }

    /** The number of a task's running attempt, or of its next one when none runs. */
    public int currentAttempt(int partition) {
        return attempts.current(partition);
    }

    /** Mean run time of its tasks in nanoseconds, or -1 before the first ended. */
    public long meanTaskNanos() {
        return time.meanNanos();
    }

    /** How many tasks it was made of. */
    public int taskCount() {
        return unfinished.startCount();
    }

    public int unfinishedCount() {
        return unfinished.count();
    }

    public int heldCount() {
        return holdings.count();
    }

    /** Executors that hold tasks of this set. */
    public List<ExecutorId> holders() {
        return holdings.holders();
    }

    @Override
    public String toString() {
        return "task set " + attempt() + " (" + unfinished.count() + " unfinished, " + queue.count() + " pending, "
                + heldCount() + " held)";
    }
}
