package dev.quiver.scheduler.dag;

import dev.quiver.JobChoice;
import dev.quiver.engine.JobLabels;
import dev.quiver.id.JobId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.scheduler.SchedulerEvent.JobSubmitted;
import dev.quiver.scheduler.port.JobListener;
import dev.quiver.scheduler.stage.ResultStage;
import dev.quiver.scheduler.stage.Stage;
import dev.quiver.scheduler.stage.StageGraph;
import dev.quiver.task.TaskOutcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The jobs under way, and the only place where they end: each once, by success, failure or cancellation. Stages no
 * other job needs end with them.
 */
public final class Jobs {
    private final Ports ports;
    private final StageGraph graph;
    private final StageEnds stageEnds;
    private final StageNeeds needs;
    private final Map<JobId, Job> jobs = new LinkedHashMap<>();
    private String clusterFailure;

    Jobs(Ports ports, StageGraph graph, StageEnds stageEnds, StageNeeds needs) {
        this.ports = ports;
        this.graph = graph;
        this.stageEnds = stageEnds;
        this.needs = needs;
    }

    public int count() {
        return jobs.size();
    }

    /** The pool of a job under way. */
    String pool(JobId job) {
        return jobs.get(job).pool();
    }

    /** Takes a job in and returns the stage to run for it; null when its listener was told the end already. */
    ResultStage begin(JobSubmitted request) {
        String refusal = refusal(request);
        if (refusal != null) {
            return refuse(request, refusal);
        }
        if (request.partitions().length == 0) {
            ports.watch().onJobStarted(request.job(), request.callSite(), 0, 0);
            tellEnd(request.listener(), JobListener::onSucceeded);
            ports.watch().onJobEnded(request.job(), true, "");
            return null;
        }
        ResultStage result;
        int skipped;
        try {
            result = graph.add(request.job(), request.lineage(), request.partitions(), request.action());
            skipped = StageGraph.ancestry(result).size() - needs.countUpcoming(result);
            String impossible = StageGraph.ancestry(result).stream()
                    .map(Stage::refusal)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
            if (impossible != null) {
                graph.withdraw(request.job());
                return refuse(request, impossible);
            }
        } catch (RuntimeException failure) {
            graph.withdraw(request.job());
            return refuse(request, "its stages could not be built: " + failure);
        }
        jobs.put(request.job(), new Job(request.job(), request.pool(), request.labels(), result, request.listener()));
        ports.watch()
                .onJobStarted(
                        request.job(),
                        request.callSite(),
                        StageGraph.ancestry(result).size(),
                        skipped);
        return result;
    }

    private String refusal(JobSubmitted request) {
        if (clusterFailure != null) {
            return clusterFailure;
        }
        if (jobs.containsKey(request.job())) {
            return "a job of this number is running already";
        }
        for (int partition : request.partitions()) {
            if (partition < 0 || partition >= request.lineage().partitionCount()) {
                return request.lineage() + " has no partition " + partition;
            }
        }
        return null;
    }

    private ResultStage refuse(JobSubmitted request, String why) {
        String message = "Job " + request.job() + " failed: " + why;
        ports.watch().onJobStarted(request.job(), request.callSite(), 0, 0);
        tellEnd(request.listener(), listener -> listener.onFailed(message, null));
        ports.watch().onJobEnded(request.job(), false, message);
        return null;
    }

    /** Tells a job something it may choke on: then it fails, and nothing else does. */
    void tell(JobId id, Consumer<JobListener> news) {
        Job job = jobs.get(id);
        if (job == null) {
            return;
        }
        try {
            news.accept(job.listener());
        } catch (RuntimeException | AssertionError | LinkageError | StackOverflowError failure) {
            fail(job, "Job " + id + " failed: a result could not be taken by the driver: " + failure, null);
        }
    }

    /** Ends a job on request; the stages other jobs need go on. */
    public void cancel(JobId id, String reason) {
        Job job = jobs.get(id);
        if (job != null) {
            fail(job, "Job " + id + " was cancelled: " + reason, null);
        }
    }

    /**
     * Ends jobs on request; the stages other jobs need go on.
     *
     * @param interrupt whether tasks that do not stop by themselves are made to
     * @return how many there were
     */
    public int cancel(JobChoice choice, String reason, boolean interrupt) {
        int cancelled = 0;
        for (Job job : new ArrayList<>(jobs.values())) {
            if (isChosen(job, choice)) {
                end(job, "Job " + job.id() + " was cancelled: " + reason, null, interrupt);
                cancelled++;
            }
        }
        return cancelled;
    }

    private boolean isChosen(Job job, JobChoice choice) {
        return switch (choice.kind()) {
            case ALL -> true;
            case JOB -> job.id().value() == choice.number();
            case GROUP -> job.labels().group().equals(choice.name());
            case TAG -> job.labels().tags().contains(choice.name());
            case STAGE -> {
                Stage stage = graph.find(new StageId(choice.number()));
                yield stage != null && stage.jobs().contains(job.id());
            }
        };
    }

    /** The cluster has given up: all jobs fail, and later ones at once, until {@link #clusterRecovered}. */
    public void clusterFailed(String reason) {
        clusterFailure = reason;
        failAll(reason);
    }

    public void clusterRecovered() {
        clusterFailure = null;
    }

    public void failAll(String why) {
        for (Job job : new ArrayList<>(jobs.values())) {
            fail(job, "Job " + job.id() + " failed: " + why, null);
        }
    }

    /** Fails every job that needs the stage of an attempt. @param why what the stage did or could not do */
    public void failAllOf(StageAttempt attempt, String why) {
        Stage stage = graph.find(attempt.stage());
        if (stage != null) {
            failAllOf(stage, stage.describe() + " " + why, null);
        }
    }

    /** Fails every job that needs a stage. */
    public void failAllOf(Stage stage, String why, TaskOutcome.Failure cause) {
        for (JobId id : stage.jobs()) {
            Job job = jobs.get(id);
            if (job != null) {
                fail(job, "Job " + id + " failed: " + why, cause);
            }
        }
    }

    private void fail(Job job, String message, TaskOutcome.Failure cause) {
        end(job, message, cause, true);
    }

    private void end(Job job, String message, TaskOutcome.Failure cause, boolean interrupt) {
        if (release(job, message, interrupt)) {
            tellEnd(job.listener(), listener -> listener.onFailed(message, cause));
            ports.watch().onJobEnded(job.id(), false, message);
        }
    }

    /** Every partition of the job was told. */
    void succeed(ResultStage result) {
        Job job = jobs.get(result.jobs().get(0));
        if (release(job, "the job is done", true)) {
            tellEnd(job.listener(), JobListener::onSucceeded);
            ports.watch().onJobEnded(job.id(), true, "");
        }
    }

    private boolean release(Job job, String why, boolean interrupt) {
        if (jobs.remove(job.id()) == null) {
            return false;
        }
        for (Stage stage : StageGraph.ancestry(job.result())) {
            stage.notNeededBy(job.id());
            if (!stage.isNeeded()) {
                stageEnds.retire(stage, why, interrupt);
            }
        }
        return true;
    }

    private static void tellEnd(JobListener listener, Consumer<JobListener> news) {
        try {
            news.accept(listener);
        } catch (RuntimeException | AssertionError | LinkageError tooLate) {
            // The job is over; there is nobody left to tell that its listener failed.
            return;
        }
    }

    /** An action under way. */
    private record Job(JobId id, String pool, JobLabels labels, ResultStage result, JobListener listener) {}
}
