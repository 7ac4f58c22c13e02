package dev.quiver.runtime.driver;

import dev.quiver.JobFailedException;
import dev.quiver.QuiverException;
import dev.quiver.engine.JobRequest;
import dev.quiver.id.JobId;
import dev.quiver.scheduler.SchedulerEvent;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The jobs that threads of a session wait for, each on its user's thread. Safe for use by many threads. */
final class SessionJobs {
    private static final Logger LOG = LoggerFactory.getLogger(SessionJobs.class);

    private final ControlLoop loop;
    private final ResultValues values;
    private final int mostRounds;
    private final long awakeNanos;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<JobId, JobRun<?>> waiting = new ConcurrentHashMap<>();

    /**
     * @param mostRounds how often results that were lost are computed, the first time included
     * @param awakeNanos how long the thread that waits for a job stays awake for its results
     */
    SessionJobs(ControlLoop loop, ResultValues values, int mostRounds, long awakeNanos) {
        this.loop = loop;
        this.values = values;
        this.mostRounds = mostRounds;
        this.awakeNanos = awakeNanos;
    }

    /**
     * Runs a job and waits for its end. Results that were lost with their executors are computed again, by jobs for their
     * partitions alone.
     *
     * @param requireOpen throws when the session was closed meanwhile
     */
    <R> void run(JobRequest<R> request, Runnable requireOpen) {
        int[] lost = runOnce(request, values, requireOpen);
        int[] positions = lost;
        for (int round = 1; lost.length > 0; round++) {
            if (round == mostRounds) {
                throw new QuiverException(lost.length + " results of " + request.callSite() + " were lost " + round
                        + " times, each time because their executors ended before the driver had fetched them;"
                        + " find out from the log why executors end, or collect less at once");
            }
            LOG.warn(
                    "{} results of {} were lost with their executors and are computed again",
                    lost.length,
                    request.callSite());
            int[] wanted = positions;
            lost = runOnce(only(request, wanted), values.withoutAccumulators(), requireOpen);
            positions = Arrays.stream(lost).map(index -> wanted[index]).toArray();
        }
    }

    /** The request for some of its partitions, whose results go where the whole request would put them. */
    private static <R> JobRequest<R> only(JobRequest<R> request, int[] positions) {
        return new JobRequest<>(
                request.lineage(),
                Arrays.stream(positions)
                        .map(position -> request.partitions()[position])
                        .toArray(),
                request.action(),
                (index, value) -> request.results().accept(positions[index], value),
                request.callSite(),
                request.pool(),
                request.labels());
    }

    private <R> int[] runOnce(JobRequest<R> request, ResultValues made, Runnable requireOpen) {
        JobId id = new JobId(ids.getAndIncrement());
        JobRun<R> job = new JobRun<>(id, request, made, awakeNanos);
        waiting.put(id, job);
        try {
            // After the entry in the map, so that closing either is seen here or sees this job.
            requireOpen.run();
            loop.post(new DriverEvent.ForScheduler(new SchedulerEvent.JobSubmitted(
                    id,
                    request.lineage(),
                    request.partitions(),
                    request.action(),
                    request.callSite(),
                    request.pool(),
                    request.labels(),
                    job)));
            return job.await();
        } catch (InterruptedException interrupted) {
            cancel(id, "the thread that waited for it was interrupted");
            Thread.currentThread().interrupt();
            throw new JobFailedException(
                    id,
                    "job " + id + " (" + request.callSite() + ") was cancelled: "
                            + "the thread that waited for it was interrupted",
                    interrupted);
        } catch (RuntimeException | Error failure) {
            if (!(failure instanceof JobFailedException)) {
                cancel(id, "its results could not be used");
            }
            throw failure;
        } finally {
            waiting.remove(id);
            job.abandon();
        }
    }

    private void cancel(JobId id, String reason) {
        loop.post(new DriverEvent.ForScheduler(new SchedulerEvent.JobCancelled(id, reason)));
    }

    void cancelAll(String reason) {
        waiting.keySet().forEach(id -> cancel(id, reason));
    }

    /** Ends the jobs that still wait when the loop is gone, since nobody else would. */
    void endAll(String reason) {
        waiting.forEach((id, job) -> job.onFailed("Job " + id + " was cancelled: " + reason, null));
    }
}
