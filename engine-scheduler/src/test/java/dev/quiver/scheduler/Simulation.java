package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.StageWait;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.scheduler.exclude.ExclusionSettings;
import dev.quiver.task.MapOutput;
import dev.quiver.task.TaskEnd;
import dev.quiver.task.TaskMetrics;
import dev.quiver.task.TaskOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * One seeded run: random jobs over random lineages while executors die and come, tasks fail, and reports are late or
 * repeated; then all is well again, and every job must end. The cluster checks its invariants after every event; this
 * class adds those that need to know what executors really did. Rows are modelled by numbers: what a task makes of them
 * follows from the numbers of all it reads, and in some runs also from chance.
 */
final class Simulation {
    private static final int[] PARTITIONS = {0, 1, 2, 7, 64};

    private record Report(TestTask task, TaskOutcome outcome) {}

    private final Random random;
    private final TestCluster cluster;
    private final List<Report> inFlight = new ArrayList<>();
    private final Map<String, TestTask> grants = new LinkedHashMap<>();
    private final Set<String> published = new LinkedHashSet<>();
    private final List<Integer> expected = new ArrayList<>();
    private final Map<String, Integer> incarnations = new LinkedHashMap<>();

    /** Out of a hundred, each run with a mix of its own. */
    private final int failureRate;

    private final int fetchFailureRate;
    private final int lossRate;

    private final int drainRate;
    private final int hosts;

    private final boolean byChance;

    /** Where a task of a stage attempt failed by its own fault, until it succeeded. */
    private final Map<String, List<ExecutorId>> failures = new LinkedHashMap<>();

    private final Set<String> settled = new LinkedHashSet<>();
    private final Set<TestTask> delivered = new LinkedHashSet<>();

    private int copies;

    private final List<Lineage> datasets = new ArrayList<>();

    /** What each task read when it was launched, as one number. */
    private final Map<TestTask, Long> read = new LinkedHashMap<>();

    /** What each map output was computed from. */
    private final Map<String, Long> sources = new LinkedHashMap<>();

    Simulation(long seed) {
        random = new Random(seed);
        failureRate = random.nextInt(3) == 0 ? random.nextInt(30) : 2;
        fetchFailureRate = random.nextInt(2) == 0 ? random.nextInt(20) : 2;
        lossRate = random.nextInt(2) == 0 ? random.nextInt(10) : 1;
        byChance = random.nextInt(3) == 0;
        cluster = new TestCluster(new SchedulerSettings(
                4,
                4,
                Duration.ofMillis(random.nextBoolean() ? 0 : 300),
                Duration.ofMillis(200),
                new int[] {0, 3, 64}[random.nextInt(3)],
                new SkewSettings(true, 2, 100),
                RandomPolicies.of(random)));
        hosts = 1 + random.nextInt(4);
        drainRate = random.nextInt(3) == 0 ? 30 : 0;
    }

    /** Tasks of which two tries ran at a time. */
    int copies() {
        return copies;
    }

    /** Executors that got no more tasks after failures. */
    int exclusions() {
        return cluster.excluded.size();
    }

    /** Executors that left as they were told to. */
    int departures() {
        return cluster.released.size();
    }

    /** Stage attempts whose tasks began together. */
    int together() {
        return cluster.together.attempts();
    }

    /** Map outputs that went from an executor that left to another. */
    int outputsMoved() {
        return cluster.mover.moved();
    }

    /** Map partitions that came out with other rows. */
    int changes() {
        return cluster.changes.size();
    }

    /** Jobs that failed because of that. */
    long jobsFailedByChanges() {
        return cluster.jobs.stream()
                .filter(job -> job.failure != null && job.failure.contains("came out with other rows"))
                .count();
    }

    /** Notes what a task reads: never a mixture of outputs that were computed from different rows. */
    private void launched(TestTask task) {
        checkPlace(task);
        long number = 17;
        for (ShuffleId shuffle : task.reads()) {
            List<MapOutput> outputs = cluster.outputs.outputs(shuffle);
            assertThat(outputs.stream().map(output -> sources.get(name(output))).distinct())
                    .as("contents that the outputs of shuffle %s, read by %s, come from", shuffle, task.id())
                    .hasSizeLessThanOrEqualTo(1);
            for (MapOutput output : outputs) {
                number = number * 31 + output.content();
            }
        }
        read.put(task, number);
    }

    /** A task that failed somewhere as often as is allowed does not run there again, and no try of it runs beside it. */
    private void checkPlace(TestTask task) {
        ExclusionSettings exclusion = cluster.settings.policies().exclusion();
        if (exclusion.enabled()) {
            assertThat(failures.getOrDefault(nameOf(task), List.of()).stream().filter(task.executor()::equals))
                    .as("failures of %s on executor %s", task.id(), task.executor())
                    .hasSizeLessThan(exclusion.taskTriesPerExecutor());
        }
        long others = cluster.running.stream()
                .filter(other -> nameOf(other).equals(nameOf(task)) && !other.equals(task))
                .count();
        copies += (int) others;
    }

    private void noteFailure(TestTask task, TaskOutcome outcome) {
        if (outcome instanceof TaskOutcome.Success) {
            settled.add(nameOf(task));
            failures.remove(nameOf(task));
        } else if (outcome instanceof TaskOutcome.Threw
                && cluster.alive.containsKey(task.executor())
                && !settled.contains(nameOf(task))
                && delivered.add(task)) {
            failures.computeIfAbsent(nameOf(task), key -> new ArrayList<>()).add(task.executor());
        }
    }

    private static String nameOf(TestTask task) {
        return task.stage() + "/" + task.partition();
    }

    private static String name(MapOutput output) {
        return output.shuffle() + "/" + output.version();
    }

    private TaskOutcome.Success success(TestTask task) {
        long number = read.get(task);
        if (task.writes() == null) {
            return task.success(Map.of(), number);
        }
        long chance = byChance && random.nextInt(4) == 0 ? 1 : 0;
        TaskOutcome.Wrote wrote =
                (TaskOutcome.Wrote) task.success(Map.of(), number * 31 + task.partition() * 7L + chance);
        sources.put(name(wrote.output()), number);
        return wrote;
    }

    /** Runs to the end; returns what happened, as text. */
    List<String> run() {
        cluster.onLaunch = this::launched;
        for (int count = random.nextInt(3); count >= 0; count--) {
            addExecutor();
        }
        defineDatasets();
        submit(datasets.get(datasets.size() - 1));
        int steps = 20 + random.nextInt(400);
        for (int step = 0; step < steps; step++) {
            chaos();
            check();
            if (random.nextInt(20) == 0) {
                movePreferences();
            }
            if (random.nextInt(60) == 0 && cluster.jobs.size() < 5) {
                submit(any(datasets));
            }
        }
        heal();
        for (TestJob job : cluster.jobs) {
            assertThat(job.values)
                    .as("different contents that the results of job %s come from", job.id)
                    .hasSizeLessThanOrEqualTo(1);
            assertThat(job.isOver()).as("job %s ended", job.id).isTrue();
            if (job.succeeded) {
                assertThat(job.results).as("results of job %s", job.id).hasSize(expected.get(job.id));
            }
        }
        cluster.assertNothingLeft();
        return cluster.trace;
    }

    private void defineDatasets() {
        Lineages lineages = cluster.lineages;
        datasets.add(lineages.source(partitions()));
        for (int count = 1 + random.nextInt(10); count > 0; count--) {
            Lineage parent = random.nextBoolean() ? datasets.get(datasets.size() - 1) : any(datasets);
            switch (random.nextInt(7)) {
                case 3 -> datasets.add(parent.partitionCount() > 7 ? lineages.map(parent) : lineages.together(parent));
                case 0 -> datasets.add(lineages.source(partitions()));
                case 1 -> datasets.add(lineages.map(parent));
                case 2 -> datasets.add(lineages.union(parent, any(datasets)));
                default -> datasets.add(shuffled(parent));
            }
        }
    }

    /** Some partitions of every other shuffle read far more than the rest, and are split where that may be. */
    private Lineage shuffled(Lineage parent) {
        ShuffleDependency shuffle = cluster.lineages.shuffle(parent, partitions());
        if (shuffle.reduceCount() > 0 && random.nextBoolean()) {
            Map<Integer, Long> bytes = new TreeMap<>();
            for (int count = 1 + shuffle.reduceCount() / 4; count > 0; count--) {
                bytes.put(random.nextInt(shuffle.reduceCount()), 100L + random.nextInt(1000));
            }
            cluster.outputs.bytes.put(shuffle.id(), bytes);
        }
        return cluster.lineages.read(shuffle);
    }

    private void movePreferences() {
        cluster.outputs.preferred.clear();
        for (int partition = 0; partition < 64 && !cluster.alive.isEmpty(); partition += 1 + random.nextInt(10)) {
            cluster.outputs.preferred.put(partition, List.of(any(new ArrayList<>(cluster.alive.keySet()))));
        }
    }

    private void submit(Lineage lineage) {
        expected.add(lineage.partitionCount());
        cluster.submit(lineage, RandomPolicies.POOLS[random.nextInt(RandomPolicies.POOLS.length)]);
    }

    private int partitions() {
        return PARTITIONS[random.nextInt(PARTITIONS.length)];
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private void chaos() {
        cluster.mover.maybe(random);
        int dice = random.nextInt(100);
        if (dice < 55) {
            endSome();
        } else if (dice < 68) {
            deliver();
        } else if (dice < 78) {
            askToCommit();
        } else if (dice < 90) {
            cluster.advance(Duration.ofMillis(random.nextInt(1_000)));
        } else if (random.nextInt(10) < lossRate) {
            loseExecutor();
        } else if (random.nextInt(100) < drainRate) {
            drainExecutor();
        } else if (cluster.alive.size() < 5) {
            addExecutor();
        } else if (random.nextInt(40) == 0) {
            cluster.cancel(any(cluster.jobs), "the dice said so");
        }
    }

    private void endSome() {
        for (int count = random.nextInt(8); count >= 0 && !cluster.running.isEmpty(); count--) {
            TestTask task = any(cluster.running);
            if (isSlow(task) && random.nextInt(10) > 0) {
                continue;
            }
            TaskOutcome outcome = outcome(task);
            cluster.running.remove(task);
            Report report = new Report(task, outcome);
            if (random.nextInt(3) == 0) {
                inFlight.add(report);
            } else {
                arrive(report);
            }
            if (random.nextInt(10) == 0) {
                inFlight.add(report);
            }
        }
    }

    /** Some tries take long, but not always the next one of the same task. */
    private static boolean isSlow(TestTask task) {
        return (task.partition() * 31 + task.attempt() * 17) % 5 == 0;
    }

    private TaskOutcome outcome(TestTask task) {
        if (cluster.cancelled.remove(task) && random.nextInt(3) > 0) {
            return new TaskOutcome.Killed("cancelled");
        }
        if (random.nextInt(100) < failureRate) {
            return TestTask.threw(random.nextInt(50) > 0);
        }
        if (random.nextInt(50) == 0) {
            return random.nextBoolean() ? new TaskOutcome.CommitDenied("denied") : new TaskOutcome.Killed("preempted");
        }
        if (random.nextInt(100) < fetchFailureRate && !task.reads().isEmpty()) {
            ShuffleId shuffle = any(task.reads());
            int maps = cluster.outputs.mapCount(shuffle);
            int partition = maps == 0 ? -1 : random.nextInt(maps + 1) - 1;
            ExecutorId holder = partition < 0 ? task.executor() : cluster.outputs.holder(shuffle, partition);
            return new TaskOutcome.FetchFailed(shuffle, partition, holder, "connection reset");
        }
        return success(task);
    }

    private void deliver() {
        if (!inFlight.isEmpty()) {
            arrive(inFlight.remove(random.nextInt(inFlight.size())));
        }
    }

    private void arrive(Report report) {
        TestTask task = report.task();
        noteFailure(task, report.outcome());
        if (task.equals(grants.get(place(task))) && cluster.alive.containsKey(task.executor())) {
            grants.remove(place(task));
            if (report.outcome() instanceof TaskOutcome.Success) {
                published.add(place(task));
            }
        }
        long runNanos = random.nextInt(5_000_000);
        cluster.post(new SchedulerEvent.TasksEnded(
                task.executor(),
                task.stage(),
                List.of(new TaskEnd(
                        task.partition(),
                        task.attempt(),
                        report.outcome(),
                        new TaskMetrics(runNanos, 0, 0, 0, 0, 0, 0, 0)))));
    }

    private void askToCommit() {
        List<TestTask> resultTasks = cluster.running(task -> task.writes() == null);
        if (resultTasks.isEmpty()) {
            return;
        }
        TestTask task = any(resultTasks);
        if (cluster.asksToCommit(task)) {
            assertThat(published).as("published once").doesNotContain(place(task));
            TestTask other = grants.put(place(task), task);
            assertThat(other == null || other.equals(task))
                    .as("%s is granted while %s is", task, other)
                    .isTrue();
        }
    }

    private static String place(TestTask task) {
        return task.stage().stage() + "/" + task.partition();
    }

    private void addExecutor() {
        String name = "e" + random.nextInt(8);
        int incarnation = incarnations.merge(name, 1, Integer::sum) - 1;
        ExecutorId older = new ExecutorId(name, incarnation - 1);
        if (cluster.alive.containsKey(older)) {
            forget(older);
            cluster.alive.remove(older);
            cluster.running.removeIf(task -> task.executor().equals(older));
        }
        cluster.addExecutor(name, incarnation, "host-" + random.nextInt(hosts), 1 + random.nextInt(4));
    }

    private void loseExecutor() {
        if (!cluster.alive.isEmpty()) {
            ExecutorId lost = any(new ArrayList<>(cluster.alive.keySet()));
            forget(lost);
            cluster.lose(lost, random.nextInt(4) == 0);
        }
    }

    private int lastRequest() {
        return cluster.requested.isEmpty() ? 0 : cluster.requested.get(cluster.requested.size() - 1);
    }

    private int staying() {
        Set<ExecutorId> staying = new LinkedHashSet<>(cluster.alive.keySet());
        staying.removeAll(cluster.draining);
        staying.removeAll(cluster.released);
        return staying.size();
    }

    private void drainExecutor() {
        List<ExecutorId> leaving = new ArrayList<>(cluster.released);
        leaving.retainAll(cluster.alive.keySet());
        if (leaving.isEmpty() && !cluster.alive.isEmpty()) {
            cluster.drain(any(new ArrayList<>(cluster.alive.keySet())));
        } else if (!leaving.isEmpty()) {
            forget(leaving.get(0));
            cluster.lose(leaving.get(0), random.nextBoolean());
        }
    }

    private void forget(ExecutorId lost) {
        grants.values().removeIf(task -> task.executor().equals(lost));
    }

    private void check() {
        SchedulerStatus status = cluster.scheduler.status();
        checkReasons(status);
        boolean waits = status.pending() > 0 && status.running() < status.slots();
        boolean mayWait =
                cluster.scheduler.waits().stream().anyMatch(wait -> wait.reason() == StageWait.Reason.TOGETHER)
                        || cluster.settings.policies().exclusion().enabled()
                        || !cluster.draining.isEmpty();
        assertThat(waits && !mayWait && cluster.time.pendingTimers(SchedulerEvent.SpeculationDue.class) == 0)
                .as("a task waits for no reason while a slot idles: %s", status)
                .isFalse();
    }

    /** Whoever waits is told why, and a timer that is named is there. */
    private void checkReasons(SchedulerStatus status) {
        int waiting = 0;
        for (StageWait wait : cluster.scheduler.waits()) {
            waiting += wait.reason() == StageWait.Reason.PUBLISHING ? 0 : wait.tasks();
            assertThat(wait.changesIn().isEmpty() || cluster.time.pendingTimers() > 0)
                    .as("a timer ends this: %s", wait)
                    .isTrue();
            assertThat(wait.reason() == StageWait.Reason.SLOTS && status.running() < status.slots())
                    .as("a slot is free though none is said to be: %s, %s", wait, status)
                    .isFalse();
        }
        assertThat(waiting).as("tasks whose wait has a reason").isEqualTo(status.pending());
    }

    private void heal() {
        cluster.mover.finishAll();
        if (cluster.alive.isEmpty()) {
            addExecutor();
        }
        addExecutor();
        while (!inFlight.isEmpty()) {
            deliver();
        }
        for (int round = 0; !cluster.running.isEmpty() || cluster.time.pendingTimers() > 0; round++) {
            assertThat(round)
                    .as("the jobs make progress, and now: %s", cluster.scheduler.waits())
                    .isLessThan(100_000);
            cluster.mover.maybe(random);
            if (cluster.running.isEmpty()) {
                if (staying() < lastRequest()) {
                    addExecutor();
                }
                cluster.advance(Duration.ofMillis(200));
                continue;
            }
            TestTask task = any(cluster.running);
            if (isSlow(task) && random.nextInt(10) > 0) {
                cluster.advance(Duration.ofMillis(20));
                continue;
            }
            cluster.running.remove(task);
            boolean killed = cluster.cancelled.remove(task);
            arrive(new Report(task, killed ? new TaskOutcome.Killed("cancelled") : success(task)));
            check();
        }
    }
}
