package dev.quiver.runtime.chaos;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.JobId;
import dev.quiver.id.StageAttempt;
import dev.quiver.lineage.CallSite;
import dev.quiver.scheduler.port.SchedulerListener;
import dev.quiver.task.TaskMetrics;
import dev.quiver.time.Clock;

/** How far the work is, and how much of it was done again. Counted on the driver's loop, read by any thread. */
final class ChaosProgress implements SchedulerListener {
    private final Clock clock;
    private final Runnable onFirstJob;
    private long startNanos;
    private int jobs;
    private int succeededJobs;
    private int failedJobs;
    private int tasks;
    private int succeeded;
    private int failed;
    private int attemptsAgain;
    private int lost;

    ChaosProgress(Clock clock, Runnable onFirstJob) {
        this.clock = clock;
        this.onFirstJob = onFirstJob;
    }

    @Override
    public synchronized void onJobStarted(JobId job, CallSite callSite, int stages, int skippedStages) {
        if (jobs == 0) {
            startNanos = clock.nanoTime();
            onFirstJob.run();
        }
        jobs++;
    }

    @Override
    public synchronized void onJobEnded(JobId job, boolean success, String message) {
        if (success) {
            succeededJobs++;
        } else {
            failedJobs++;
        }
    }

    @Override
    public synchronized void onStageStarted(JobId job, StageAttempt stage, CallSite callSite, int count) {
        if (stage.epoch() == 0) {
            tasks += count;
        } else {
            attemptsAgain++;
        }
    }

    @Override
    public synchronized void onTasksEnded(
            StageAttempt stage, int succeededNow, int failedNow, int running, TaskMetrics metrics) {
        succeeded += succeededNow;
        failed += failedNow;
    }

    @Override
    public synchronized void onExecutorLost(ExecutorId executor, String reason) {
        lost++;
    }

    /** Tasks that ended, well or not. */
    synchronized int ends() {
        return succeeded + failed;
    }

    /** Since the first job began; negative before. */
    synchronized long millis() {
        return jobs == 0 ? -1 : (clock.nanoTime() - startNanos) / 1_000_000;
    }

    synchronized boolean anyJob() {
        return jobs > 0;
    }

    synchronized String describeNow() {
        return "after " + millis() + " ms and " + ends() + " tasks";
    }

    /** What became of the work. */
    synchronized String describe() {
        int again = Math.max(0, succeeded - tasks);
        return "jobs: " + succeededJobs + " succeeded, " + failedJobs + " failed; executors lost: " + lost + "; tasks: "
                + tasks + ", of which " + failed + " failed and were tried again, and " + again
                + " were computed again after they had succeeded; stages begun again: " + attemptsAgain;
    }
}
