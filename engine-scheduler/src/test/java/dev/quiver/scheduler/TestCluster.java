package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.engine.JobRequest;
import dev.quiver.event.EventLoop;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.JobId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Lineage;
import dev.quiver.scheduler.allocate.AllocationSettings;
import dev.quiver.scheduler.exclude.ExclusionSettings;
import dev.quiver.scheduler.pool.PoolSettings;
import dev.quiver.scheduler.port.CachedPartitions;
import dev.quiver.scheduler.port.CommitJournal;
import dev.quiver.scheduler.port.ContentChange;
import dev.quiver.scheduler.port.ExecutorSupply;
import dev.quiver.scheduler.port.SchedulerListener;
import dev.quiver.scheduler.port.TaskLauncher;
import dev.quiver.scheduler.speculate.SpeculationSettings;
import dev.quiver.stage.Action;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.TaskEnd;
import dev.quiver.task.TaskMetrics;
import dev.quiver.task.TaskOutcome;
import dev.quiver.task.TaskRange;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A scheduler, a stepped loop, virtual time and executors that do what the test says. Checks after every event that no
 * slot is used twice, nothing is launched on the dead, and nothing is launched before its inputs are there.
 */
final class TestCluster implements TaskLauncher, CachedPartitions, CommitJournal, ExecutorSupply, SchedulerListener {
    static final SchedulerSettings SETTINGS =
            new SchedulerSettings(4, 4, Duration.ofSeconds(3), Duration.ofMillis(200), 64);

    static SchedulerSettings with(ExclusionSettings exclusion) {
        return SETTINGS.with(SchedulerPolicies.DEFAULTS.with(exclusion));
    }

    static SchedulerSettings with(PoolSettings pools) {
        return SETTINGS.with(SchedulerPolicies.DEFAULTS.with(pools));
    }

    static SchedulerSettings with(SpeculationSettings speculation) {
        return SETTINGS.with(SchedulerPolicies.DEFAULTS.with(speculation));
    }

    final Lineages lineages = new Lineages();
    final FakeMapOutputs outputs = new FakeMapOutputs();
    final EventLoop<SchedulerEvent> loop = new EventLoop<>(this::handle);
    final VirtualTime time = new VirtualTime(loop::post);
    final SchedulerSettings settings;
    final Scheduler scheduler;
    final Map<ExecutorId, Integer> alive = new LinkedHashMap<>();
    final List<TestTask> running = new ArrayList<>();
    final List<TestTask> launched = new ArrayList<>();
    final List<TaskRange> ranges = new ArrayList<>();
    final List<StageAttempt> endedStages = new ArrayList<>();
    final Map<DatasetId, Map<Integer, List<ExecutorId>>> cached = new LinkedHashMap<>();
    final List<DatasetId> dropped = new ArrayList<>();
    final List<TaskAttempt> journal = new ArrayList<>();
    final Set<TestTask> cancelled = new LinkedHashSet<>();
    /** Of every stage attempt that was cancelled on an executor, whether its tasks were to be interrupted. */
    final List<Boolean> interrupts = new ArrayList<>();

    final List<TestJob> jobs = new ArrayList<>();
    final List<String> jobStarts = new ArrayList<>();
    final List<ContentChange> changes = new ArrayList<>();
    final List<ExecutorId> released = new ArrayList<>();
    final List<Integer> requested = new ArrayList<>();
    final Set<ExecutorId> draining = new LinkedHashSet<>();
    final Set<ExecutorId> excluded = new LinkedHashSet<>();
    final List<String> cutOff = new ArrayList<>();
    final Map<StageId, TaskLayout> layouts = new LinkedHashMap<>();
    final Map<StageAttempt, List<SplitRead>> splits = new LinkedHashMap<>();
    final TogetherCheck together = new TogetherCheck(outputs);
    final FakeMover mover = new FakeMover(this);
    boolean journalBroken;
    Consumer<TestTask> onLaunch = task -> {};
    private final Set<TaskAttempt> everLaunched = new LinkedHashSet<>();

    TestCluster() {
        this(SETTINGS);
    }

    TestCluster(SchedulerSettings settings) {
        this.settings = settings;
        this.scheduler = new Scheduler(settings, time, time, this, outputs, this, this, this, mover, this);
    }

    private void handle(SchedulerEvent event) {
        scheduler.handle(event);
        together.check();
        checkInvariants();
    }

    private void checkInvariants() {
        for (Map.Entry<ExecutorId, Integer> executor : alive.entrySet()) {
            long held = running.stream()
                    .filter(task -> task.executor().equals(executor.getKey()))
                    .count();
            assertThat(held)
                    .as("tasks on executor %s", executor.getKey())
                    .isLessThanOrEqualTo(executor.getValue() + settings.queueDepth());
        }
        if (!outputs.reliable) {
            assertThat(alive.keySet()).as("holders of map outputs are alive").containsAll(outputs.holders());
        }
        Map<String, Set<ExecutorId>> tries = new LinkedHashMap<>();
        for (TestTask task : running) {
            String name = task.stage() + "/" + task.partition();
            assertThat(tries.computeIfAbsent(name, key -> new LinkedHashSet<>()).add(task.executor()))
                    .as("tries of %s are on different executors", name)
                    .isTrue();
            assertThat(tries.get(name)).as("tries of %s", name).hasSizeLessThanOrEqualTo(2);
        }
        assertThat(scheduler.status().listenerFailures()).isZero();
    }

    // What a test does.

    ExecutorId addExecutor(String name, int slots) {
        return addExecutor(name, 0, slots);
    }

    ExecutorId addExecutor(String name, int incarnation, int slots) {
        return addExecutor(name, incarnation, "host-" + name, slots);
    }

    ExecutorId addExecutor(String name, int incarnation, String host, int slots) {
        ExecutorId id = new ExecutorId(name, incarnation);
        alive.put(id, slots);
        post(new SchedulerEvent.ExecutorAdded(id, host, slots));
        return id;
    }

    void drain(ExecutorId id) {
        draining.add(id);
        post(new SchedulerEvent.ExecutorDraining(id, "its node goes"));
    }

    void lose(ExecutorId id, boolean causedByTask) {
        alive.remove(id);
        running.removeIf(task -> task.executor().equals(id));
        post(new SchedulerEvent.ExecutorLost(id, "its process ended with exit code 137", causedByTask));
    }

    TestJob submit(Lineage lineage) {
        return submit(lineage, new TestJob(jobs.size()));
    }

    TestJob submit(Lineage lineage, TestJob job) {
        return submit(lineage, IntStream.range(0, lineage.partitionCount()).toArray(), job);
    }

    TestJob submit(Lineage lineage, int[] partitions, TestJob job) {
        return submit(lineage, partitions, JobRequest.DEFAULT_POOL, job);
    }

    TestJob submit(Lineage lineage, String pool) {
        int[] partitions = IntStream.range(0, lineage.partitionCount()).toArray();
        return submit(lineage, partitions, pool, new TestJob(jobs.size()));
    }

    private TestJob submit(Lineage lineage, int[] partitions, String pool, TestJob job) {
        jobs.add(job);
        CallSite site = new CallSite("count", "Main:1");
        post(new SchedulerEvent.JobSubmitted(
                new JobId(job.id), lineage, partitions, new Action.Count(), site, pool, job));
        return job;
    }

    void cancel(TestJob job, String reason) {
        post(new SchedulerEvent.JobCancelled(new JobId(job.id), reason));
    }

    void post(SchedulerEvent event) {
        loop.post(event);
        loop.runReady();
    }

    void advance(Duration duration) {
        time.advance(duration);
        loop.runReady();
    }

    void succeed(TestTask task) {
        end(task, task.success(Map.of()));
    }

    /** Ends a map task with success; its output has that content. */
    void succeed(TestTask task, long content) {
        end(task, task.success(Map.of(), content));
    }

    void end(TestTask task, TaskOutcome outcome) {
        running.remove(task);
        cancelled.remove(task);
        report(task, outcome, 1_000_000_000);
    }

    /** Reports without the executor's own bookkeeping: for stale and repeated news. */
    void report(TestTask task, TaskOutcome outcome, long runNanos) {
        TaskMetrics metrics = new TaskMetrics(runNanos, 0, 0, 0, 0, 0, 0, 0);
        post(new SchedulerEvent.TasksEnded(
                task.executor(),
                task.stage(),
                List.of(new TaskEnd(task.partition(), task.attempt(), outcome, metrics))));
    }

    void fetchFails(TestTask task, ShuffleId shuffle, int mapPartition, ExecutorId holder) {
        end(task, new TaskOutcome.FetchFailed(shuffle, mapPartition, holder, "connection reset"));
    }

    /** A fetch fails, and the delay after it passes. */
    void loseOutput(TestTask witness, ShuffleId shuffle, int mapPartition) {
        fetchFails(witness, shuffle, mapPartition, outputs.holder(shuffle, mapPartition));
        advance(settings.resubmitDelay());
    }

    /** An executor told that it holds a cached partition. */
    void stored(DatasetId dataset, int partition, ExecutorId holder) {
        cached.computeIfAbsent(dataset, key -> new LinkedHashMap<>()).put(partition, List.of(holder));
    }

    boolean asksToCommit(TestTask task) {
        boolean[] answer = new boolean[1];
        post(new SchedulerEvent.CommitRequested(task.executor(), task.id(), granted -> answer[0] = granted));
        return answer[0];
    }

    /** Ends all tasks of a stage that run, in order, until none runs. */
    void succeedStage(int stage) {
        List<TestTask> tasks = runningOf(stage);
        while (!tasks.isEmpty()) {
            succeed(tasks.get(0));
            tasks = runningOf(stage);
        }
    }

    /** Ends tasks with success, oldest first, those of cancelled attempts as killed, until none is left. */
    void finishAll() {
        for (int round = 0; !running.isEmpty() || time.pendingTimers() > 0; round++) {
            assertThat(round).as("all ends some time: %s", scheduler.waits()).isLessThan(100_000);
            mover.finishAll();
            if (running.isEmpty()) {
                advance(Duration.ofSeconds(1));
            } else if (cancelled.contains(running.get(0))) {
                end(running.get(0), new TaskOutcome.Killed("cancelled"));
            } else {
                succeed(running.get(0));
            }
        }
    }

    // What a test sees.

    List<TestTask> running(Predicate<TestTask> which) {
        return running.stream().filter(which).toList();
    }

    /** The tasks of a stage that run and were not cancelled. */
    List<TestTask> runningOf(int stage) {
        return running(task -> task.stage().stage().value() == stage && !cancelled.contains(task));
    }

    TestTask running(int stage, int partition) {
        return running.stream()
                .filter(task -> task.stage().stage().value() == stage
                        && task.partition() == partition
                        && !cancelled.contains(task))
                .findFirst()
                .orElseThrow(
                        () -> new AssertionError("no task " + partition + " of stage " + stage + " in " + running));
    }

    long launches(int stage) {
        return launched.stream()
                .filter(task -> task.stage().stage().value() == stage)
                .count();
    }

    void assertNothingLeft() {
        assertThat(scheduler.status().isIdle()).as("%s", scheduler.status()).isTrue();
        assertThat(time.pendingTimers()).as("timers").isZero();
    }

    // The scheduler's ports.

    @Override
    public void launch(
            ExecutorId executor, StageAttempt stage, StagePlan plan, TaskLayout layout, List<TaskRange> tasks) {
        assertThat(alive).as("launch on a living executor").containsKey(executor);
        assertThat(draining).as("launch on an executor that stays").doesNotContain(executor);
        assertThat(endedStages).as("launch of a live stage attempt").doesNotContain(stage);
        assertThat(layouts.computeIfAbsent(stage.stage(), first -> layout))
                .as("the layout of stage %s is the same in every attempt", stage.stage())
                .isEqualTo(layout);
        for (TaskRange range : tasks) {
            ranges.add(range);
            for (int partition = range.first(); partition < range.end(); partition++) {
                TestTask task = new TestTask(executor, stage, partition, range.attempt(), plan, layout);
                assertThat(everLaunched.add(task.id()))
                        .as("%s is launched once", task.id())
                        .isTrue();
                if (cached.isEmpty()) {
                    for (ShuffleId shuffle : task.reads()) {
                        assertThat(outputs.missing(shuffle).isEmpty())
                                .as("inputs of %s", task.id())
                                .isTrue();
                    }
                }
                running.add(task);
                launched.add(task);
                together.launched(task);
                onLaunch.accept(task);
            }
        }
    }

    @Override
    public void cancel(ExecutorId executor, StageAttempt stage, String reason) {
        running.stream()
                .filter(task -> task.executor().equals(executor) && task.stage().equals(stage))
                .forEach(cancelled::add);
    }

    @Override
    public void cancel(ExecutorId executor, StageAttempt stage, String reason, boolean interrupt) {
        interrupts.add(interrupt);
        cancel(executor, stage, reason);
    }

    @Override
    public void cancel(ExecutorId executor, TaskAttempt attempt, String reason) {
        List<TestTask> hit =
                running(task -> task.executor().equals(executor) && task.id().equals(attempt));
        assertThat(hit).as("the task to cancel, %s, on %s", attempt, executor).hasSizeLessThanOrEqualTo(1);
        cancelled.addAll(hit);
    }

    @Override
    public void stageEnded(StageAttempt stage) {
        assertThat(endedStages).doesNotContain(stage);
        endedStages.add(stage);
    }

    @Override
    public List<ExecutorId> holders(DatasetId dataset, int partition) {
        return cached.getOrDefault(dataset, Map.of()).getOrDefault(partition, List.of());
    }

    @Override
    public boolean holdsAny(ExecutorId executor) {
        return cached.values().stream()
                .flatMap(partitions -> partitions.values().stream())
                .anyMatch(holders -> holders.contains(executor));
    }

    @Override
    public void drop(DatasetId dataset) {
        cached.remove(dataset);
        dropped.add(dataset);
    }

    @Override
    public void granted(TaskAttempt task, ExecutorId executor) throws IOException {
        if (journalBroken) {
            throw new IOException("no space left on device");
        }
        journal.add(task);
    }

    @Override
    public void request(int executors) {
        AllocationSettings allocation = settings.policies().allocation();
        assertThat(executors).as("executors asked for").isBetween(allocation.least(), allocation.most());
        requested.add(executors);
    }

    @Override
    public void release(ExecutorId executor, String reason) {
        assertThat(running(task -> task.executor().equals(executor)))
                .as("tasks on executor %s when it is released", executor)
                .isEmpty();
        assertThat(released).as("released once").doesNotContain(executor);
        released.add(executor);
    }

    @Override
    public void onExecutorExcluded(ExecutorId executor, String host) {
        excluded.add(executor);
    }

    @Override
    public void onExecutorCutOff(ExecutorId executor, ExecutorId from) {
        cutOff.add(executor + " from " + from);
    }

    @Override
    public void onContentChanged(ContentChange change) {
        changes.add(change);
    }

    @Override
    public void onPartitionsSplit(StageAttempt stage, List<SplitRead> reads) {
        assertThat(splits.put(stage, reads)).as("stage %s is split once", stage).isNull();
    }

    @Override
    public void onJobStarted(JobId job, CallSite callSite, int stages, int skippedStages) {
        jobStarts.add("job " + job + ": " + stages + " stages, " + skippedStages + " skipped");
    }
}
