package dev.quiver.scheduler.task;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.JobId;
import dev.quiver.id.StageAttempt;
import dev.quiver.scheduler.exclude.SetExclusions;
import dev.quiver.scheduler.executor.Executor;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.TaskRange;
import dev.quiver.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * The tasks of one stage attempt, by their numbers in the stage's layout: a partition here is a whole one, or a slice of
 * one. Each unfinished partition is pending, held by an executor, or withheld:
 * <pre>
 *   pending --take--> held --end--> finished
 *      ^                |
 *      +----requeue-----+      (withheld: in none of them, until requeued)
 * </pre>
 * One that ran out of memory is pending for an executor of its own: it is taken apart from the others. A held one that runs
 * slowly may be copied, and is held by two executors then.
 * A <em>retired</em> set (a zombie) launches nothing more; it lives on only while executors still hold tasks of it.
 */
public final class TaskSet {
    private static final IntPredicate NONE = partition -> false;

    private final StageAttempt attempt;
    private final long moment;
    private final JobId job;
    private final StagePlan plan;
    private final TaskLayout layout;
    private final boolean readsLittle;
    private final Patience patience;
    private final PendingTasks pending;
    private final BitSet unfinished;
    private final BitSet withheld = new BitSet();

    /** Pending tasks that take an executor for themselves. */
    private final NavigableSet<Integer> alone = new TreeSet<>();

    private final int taskCount;
    private final Attempts attempts;
    private final Holdings holdings;
    private final CopyWishes wishes = new CopyWishes();
    private final SetExclusions exclusions;
    private final TaskTime time = new TaskTime();
    private Runnable onPending = () -> {};
    private int unfinishedCount;
    private Clock clock;
    private RunTimes runTimes;
    private boolean retired;
    private boolean barrier;

    /**
     * @param moment      when it begins, as {@link dev.quiver.scheduler.content.Contents} counts
     * @param job         the job on whose behalf it runs: decides its turn
     * @param layout      which tasks the stage has
     * @param readsLittle whether its tasks read little from shuffles, so that fetching for several at once pays
     * @param partitions  those to run
     * @param preferences preferred executors by task, or null when there are none
     * @param takesTasks  whether an executor takes new tasks
     */
    public TaskSet(
            StageAttempt attempt,
            long moment,
            JobId job,
            StagePlan plan,
            TaskLayout layout,
            boolean readsLittle,
            Patience patience,
            SetExclusions exclusions,
            BitSet partitions,
            IntFunction<List<ExecutorId>> preferences,
            Predicate<ExecutorId> takesTasks) {
        this.attempt = attempt;
        this.moment = moment;
        this.job = job;
        this.plan = plan;
        this.layout = layout;
        this.readsLittle = readsLittle;
        this.patience = patience;
        this.exclusions = exclusions;
        this.unfinished = (BitSet) partitions.clone();
        this.unfinishedCount = partitions.cardinality();
        this.pending = new PendingTasks((BitSet) partitions.clone(), preferences, takesTasks);
        this.attempts = new Attempts(layout.taskCount());
        this.holdings = new Holdings(attempts);
        this.taskCount = unfinishedCount;
    }

    public StageAttempt attempt() {
        return attempt;
    }

    /** When it began: whatever its tasks read is not older. */
    public long moment() {
        return moment;
    }

    public JobId job() {
        return job;
    }

    public StagePlan plan() {
        return plan;
    }

    public TaskLayout layout() {
        return layout;
    }

    public boolean readsLittle() {
        return readsLittle;
    }

    public Patience patience() {
        return patience;
    }

    /** Where its tasks must not run any more. */
    public SetExclusions exclusions() {
        return exclusions;
    }

    /** Told by how much the number of tasks that executors hold changes. */
    public void onHeld(IntConsumer listener) {
        holdings.onChange(listener);
    }

    /** Told each time a task becomes pending. */
    void onPending(Runnable listener) {
        onPending = listener;
    }

    // What placement takes.

    /** Tasks that wait for a slot. */
    public int pendingCount() {
        return pending.count();
    }

    /** The first task that waits for a slot or for an executor of its own, or -1. */
    public int firstPending() {
        return pending.count() > 0 || alone.isEmpty() ? pending.first() : alone.first();
    }

    /** Whether a task waits for a slot, or for an executor of its own. */
    public boolean isPending(int partition) {
        return pending.contains(partition) || alone.contains(partition);
    }

    /** Those of them that prefer no living executor. */
    public int freeCount() {
        return pending.freeCount();
    }

    public boolean hasNearTasks() {
        return pending.hasNearTasks();
    }

    /** Hands out tasks that prefer this executor. */
    public List<TaskRange> takeNear(Executor executor, int most) {
        return hold(executor.id(), pending.takeNear(executor.id(), most, refusedBy(executor, false)));
    }

    /** Hands out tasks without preference, but none that failed on this executor when {@code avoiding}. */
    public List<TaskRange> takeFree(Executor executor, int most, boolean avoiding) {
        return hold(executor.id(), pending.takeFree(most, refusedBy(executor, avoiding)));
    }

    /** Hands out any tasks. */
    public List<TaskRange> takeAny(Executor executor, int most) {
        return hold(executor.id(), pending.takeAny(most, refusedBy(executor, false)));
    }

    private IntPredicate refusedBy(Executor executor, boolean avoiding) {
        if (!exclusions.hasTasks() && !(avoiding && attempts.anyAvoids())) {
            return NONE;
        }
        return partition ->
                avoiding && attempts.avoids(partition, executor.id()) || exclusions.forbids(partition, executor);
    }

    /** Tasks that wait for an executor of their own. */
    public int aloneCount() {
        return alone.size();
    }

    /** The first of those; there must be one. */
    public int firstAlone() {
        return alone.first();
    }

    /** Hands out {@link #firstAlone}. */
    public List<TaskRange> takeAlone(ExecutorId executor) {
        return hold(executor, new int[] {alone.pollFirst()});
    }

    private List<TaskRange> hold(ExecutorId executor, int[] partitions) {
        if (partitions.length == 0) {
            return List.of();
        }
        holdings.hold(executor, partitions, now());
        return ranges(partitions);
    }

    private long now() {
        return clock == null ? 0 : clock.nanoTime();
    }

    private List<TaskRange> ranges(int[] partitions) {
        Arrays.sort(partitions);
        List<TaskRange> ranges = new ArrayList<>();
        int start = 0;
        for (int index = 1; index <= partitions.length; index++) {
            if (index == partitions.length
                    || partitions[index] != partitions[index - 1] + 1
                    || attempts.current(partitions[index]) != attempts.current(partitions[start])) {
                ranges.add(new TaskRange(
                        partitions[start], partitions[index - 1] + 1, attempts.current(partitions[start])));
                start = index;
            }
        }
        return ranges;
    }

    // What is copied.

    /** Takes note from now on when tasks are launched and how long they run, so that slow ones can be told. */
    public void timeTasks(Clock timing) {
        clock = timing;
        runTimes = new RunTimes();
        holdings.time();
    }

    /** The median run time of its finished tasks in nanoseconds, once {@link #timeTasks} was called. */
    public long medianTaskNanos() {
        return runTimes == null ? 0 : runTimes.medianNanos();
    }

    /** What was launched by then and has not ended. */
    public List<TaskTry> launchedBy(long nanos) {
        return holdings.launchedBy(nanos);
    }

    /** A running task should be tried a second time beside. Nothing changes when it is already. */
    public void wishCopy(int partition, Executor holder) {
        if (barrier || !needs(partition) || holdings.copies(partition).size() > 1 || wishes.holder(partition) != null) {
            return;
        }
        wishes.add(partition, holder);
        onPending.run();
    }

    /** Copies that are wished for and wait for a slot. */
    public int wishCount() {
        return wishes.count();
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
        return pending.count() > 0 || !wishes.isEmpty();
    }

    /** Hands out a copy of a running task, on another host if there are others; none when there is none for it. */
    public List<TaskRange> takeCopy(Executor executor, boolean elsewhere) {
        int partition = wishes.first(executor, elsewhere, refusedBy(executor, false));
        if (partition < 0) {
            return List.of();
        }
        holdings.holdCopy(executor.id(), partition, wishes.holder(partition).id(), now());
        wishes.remove(partition);
        return ranges(new int[] {partition});
    }

    /** Whether tries of some task are held that was copied. */
    public boolean hasCopies() {
        return holdings.hasCopies();
    }

    /** The tries of a partition that are held, as far as it was copied; empty for all others. */
    public List<TaskTry> copies(int partition) {
        return holdings.copies(partition);
    }

    // What ends.

    /** Whether this very attempt is held by this executor. */
    public boolean holds(ExecutorId executor, int partition, int taskAttempt) {
        return holdings.holds(executor, partition, taskAttempt);
    }

    /** An attempt ended; false, and nothing changes, unless {@link #holds} it. */
    public boolean end(ExecutorId executor, int partition, int taskAttempt) {
        boolean ended = holdings.end(executor, partition, taskAttempt);
        if (ended) {
            wishes.remove(partition);
        }
        return ended;
    }

    /** An executor gets no more tasks of this set: those that wait for it may go elsewhere. */
    public void preferNoMore(ExecutorId executor) {
        if (pending.forgetExecutor(executor)) {
            onPending.run();
        }
    }

    /** An executor is gone. Returns what it held, in launch order; it is held by this executor no more. */
    public List<TaskTry> loseExecutor(ExecutorId executor) {
        preferNoMore(executor);
        List<TaskTry> lost = holdings.lose(executor);
        lost.forEach(task -> wishes.remove(task.partition()));
        return lost;
    }

    /** A partition is done, by a task of this set or by one of an older attempt. */
    public void finish(int partition) {
        if (unfinished.get(partition)) {
            unfinished.clear(partition);
            unfinishedCount--;
            pending.remove(partition);
            if (!alone.isEmpty()) {
                alone.remove(partition);
            }
            attempts.forget(partition);
            exclusions.forget(partition);
            wishes.remove(partition);
            if (!withheld.isEmpty()) {
                withheld.clear(partition);
            }
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
        withheld.clear(partition);
        attempts.advance(partition);
        if (avoided != null) {
            attempts.avoid(partition, avoided);
        }
        pending.addFree(partition);
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
        withheld.clear(partition);
        attempts.advance(partition);
        alone.add(partition);
        onPending.run();
    }

    /** What was finished, or never part of this set, is needed again. */
    public void revive(BitSet partitions) {
        BitSet revived = (BitSet) partitions.clone();
        revived.andNot(unfinished);
        unfinished.or(revived);
        unfinishedCount += revived.cardinality();
        revived.stream()
                .filter(partition -> !holdings.isHeld(partition))
                .forEach(partition -> requeue(partition, null));
    }

    /** Takes a pending partition out of the queue, until {@link #release}. */
    public void withhold(int partition) {
        if (isPending(partition)) {
            pending.remove(partition);
            alone.remove(partition);
            withheld.set(partition);
        }
    }

    /** Queues a withheld partition. Harmless for all others. */
    public void release(int partition) {
        withheld.clear(partition);
        if (needs(partition) && !isPending(partition) && !holdings.isHeld(partition)) {
            pending.addFree(partition);
            onPending.run();
        }
    }

    /** A task failed by its own or its executor's fault, which may have to keep it away from there. */
    public void failedOn(int partition, Executor executor) {
        if (exclusions.failed(partition, executor.id(), executor.host())) {
            preferNoMore(executor.id());
        }
    }

    /** The number of a task's running attempt, or of its next one when none runs. */
    public int currentAttempt(int partition) {
        return attempts.current(partition);
    }

    public void measured(long runNanos) {
        time.add(runNanos);
        if (runTimes != null) {
            runTimes.add(runNanos);
        }
    }

    /** Mean run time of its tasks in nanoseconds, or -1 before the first ended. */
    public long meanTaskNanos() {
        return time.meanNanos();
    }

    /** Launches nothing more. */
    void retire() {
        retired = true;
        pending.clear();
        alone.clear();
        withheld.clear();
        wishes.clear();
        patience.satisfied();
        onPending = () -> {};
    }

    // What is.

    public boolean isRetired() {
        return retired;
    }

    /** Whether this set still has to finish a partition. */
    public boolean needs(int partition) {
        return !retired && partition >= 0 && unfinished.get(partition);
    }

    /** Tasks that neither wait for a slot nor run: an older attempt of theirs may be publishing. */
    public int withheldCount() {
        return withheld.cardinality();
    }

    /** How many tasks it was made of. */
    public int taskCount() {
        return taskCount;
    }

    public int unfinishedCount() {
        return unfinishedCount;
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
        return "task set " + attempt + " (" + unfinishedCount + " unfinished, " + pending.count() + " pending, "
                + heldCount() + " held)";
    }
}
