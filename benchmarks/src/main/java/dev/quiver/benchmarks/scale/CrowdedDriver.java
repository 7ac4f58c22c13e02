package dev.quiver.benchmarks.scale;

import dev.quiver.config.Config;
import dev.quiver.engine.JobRequest;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.JobId;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Lineage;
import dev.quiver.runtime.driver.DriverEvent;
import dev.quiver.runtime.driver.SteppedDriver;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.scheduler.SchedulerSettings;
import dev.quiver.scheduler.backend.ClusterBackend;
import dev.quiver.scheduler.port.JobListener;
import dev.quiver.scheduler.port.SchedulerListener;
import dev.quiver.shuffle.tracker.MapOutputTracker;
import dev.quiver.stage.Action;
import dev.quiver.task.TaskOutcome;
import dev.quiver.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A driver's loop without its thread, and executors that run a task in no time and report when they are told to. Belongs to
 * one thread, whose CPU time is what the loop costs.
 */
public final class CrowdedDriver {
    private static final CallSite SITE = new CallSite("count", "CrowdedDriver");
    private static final int SLOTS = 4;
    private static final int HOSTS = 100;

    private final SteppedDriver driver;
    private final List<QuickExecutor> executors = new ArrayList<>();
    private QuickExecutor newest;
    private int jobs;

    /**
     * @param settings the driver's
     * @param outcomes how the task of a partition ends
     */
    public CrowdedDriver(int executorCount, Config settings, IntFunction<TaskOutcome> outcomes) {
        driver = new SteppedDriver(
                settings,
                SchedulerSettings.of(settings),
                Clock.system(),
                (delay, event) -> () -> {},
                (task, executor) -> {},
                new SchedulerListener() {},
                ClusterBackend.NONE,
                executor -> {});
        for (int number = 0; number < executorCount; number++) {
            QuickExecutor executor =
                    new QuickExecutor(new ExecutorId(Integer.toString(number), 0), outcomes, given -> newest = given);
            executors.add(executor);
            driver.handle(new DriverEvent.ExecutorRegistered(executor.id(), "host-" + number % HOSTS, SLOTS, executor));
        }
    }

    /** A job that knows how far it is. */
    public static final class Watched implements JobListener {
        private int results;
        private boolean over;

        @Override
        public void onResult(int index, TaskOutcome.Success result) {
            results++;
        }

        @Override
        public void onResult(int index, List<TaskOutcome.Success> slices) {
            results++;
        }

        @Override
        public void onSucceeded() {
            over = true;
        }

        @Override
        public void onFailed(String message, TaskOutcome.Failure cause) {
            throw new IllegalStateException(message);
        }

        /** Partitions whose results have come. */
        public int results() {
            return results;
        }

        public boolean isOver() {
            return over;
        }
    }

    /** Begins a job that counts the rows of a dataset. */
    public Watched submit(Lineage dataset, String pool) {
        Watched watched = new Watched();
        int[] partitions = IntStream.range(0, dataset.partitionCount()).toArray();
        driver.handle(new DriverEvent.ForScheduler(new SchedulerEvent.JobSubmitted(
                new JobId(jobs++), dataset, partitions, new Action.Count(), SITE, pool, watched)));
        return watched;
    }

    /** Begins a job of the usual pool. */
    public Watched submit(Lineage dataset) {
        return submit(dataset, JobRequest.DEFAULT_POOL);
    }

    /** Every executor reports some of what it has run. @return how many tasks that were */
    public int reportAll() {
        int reported = 0;
        for (int number = 0; number < executors.size(); number++) {
            reported += report(number);
        }
        return reported;
    }

    /** One executor reports some of what it has run. @return how many tasks that were */
    public int report(int number) {
        QuickExecutor executor = executors.get(number);
        ToDriver.Report report = executor.report();
        int ends = 0;
        for (ToDriver.StageEnds stage : report.ends()) {
            ends += stage.ends().size();
        }
        if (ends > 0) {
            tell(number, report);
        }
        return ends;
    }

    /** The executor that was given tasks last reports those, and nothing else. */
    public void reportNewest() {
        driver.handle(new DriverEvent.ExecutorTold(newest.id(), newest.newest()));
    }

    /** One executor tells something. */
    public void tell(int number, ToDriver message) {
        driver.handle(new DriverEvent.ExecutorTold(executors.get(number).id(), message));
    }

    /** The process of an executor ends, and with it what it was to run. @return how many tasks those were */
    public int lose(int number) {
        QuickExecutor executor = executors.get(number);
        int held = executor.held();
        driver.handle(new DriverEvent.ExecutorEnded(executor.id(), "killed", false));
        executor.end();
        return held;
    }

    /** The driver looks for executors that are silent. */
    public void lookForSilent() {
        driver.handle(new DriverEvent.LivenessDue());
    }

    /** Executors that the driver counts as alive. */
    public int living() {
        return driver.scheduler().status().executors();
    }

    public MapOutputTracker tracker() {
        return driver.tracker();
    }

    /** Tasks that executors were given so far. */
    public long launched() {
        return executors.stream().mapToLong(QuickExecutor::launched).sum();
    }
}
