package dev.quiver.runtime.simulation;

import dev.quiver.JobChoice;
import dev.quiver.id.JobId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.runtime.driver.DriverEvent;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.scheduler.stage.StageInputs;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.StageSink;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Users end jobs by number, group, tag or stage: those that are meant end, and no other. */
final class Cancels {
    private final World world;
    private final List<SimulatedJob> jobs;

    /** On whose behalf stages ran last. */
    private final Map<StageId, JobId> behalf = new LinkedHashMap<>();

    private int count;

    Cancels(World world, List<SimulatedJob> jobs) {
        this.world = world;
        this.jobs = jobs;
    }

    /** A stage attempt began. */
    void started(JobId job, StageAttempt stage) {
        behalf.put(stage.stage(), job);
    }

    /** The user says so. */
    void strike(Workload.Cancelled cancelled) {
        String reason = "for reason " + count++ + ".";
        world.note(
                "cancel", cancelled.choice().kind().name(), cancelled.choice().name());
        world.driver.tell(new DriverEvent.ForScheduler(new SchedulerEvent.JobsCancelled(
                cancelled.choice(), reason, cancelled.interrupt(), ended -> check(cancelled.choice(), reason, ended))));
    }

    private void check(JobChoice choice, String reason, int ended) {
        int found = 0;
        for (SimulatedJob job : jobs) {
            if (job.failure != null && job.failure.endsWith(reason)) {
                job.cancelled = true;
                found++;
                if (!mayBeMeant(job, choice)) {
                    world.violated("job " + job.id + " is cancelled by " + choice);
                }
            } else if (job.begun && !job.isOver() && isMeant(job, choice)) {
                world.violated("job " + job.id + " is not cancelled by " + choice);
            }
        }
        if (found != ended) {
            world.violated(found + " jobs are cancelled by " + choice + ", and " + ended + " are said to be");
        }
    }

    private boolean mayBeMeant(SimulatedJob job, JobChoice choice) {
        return choice.kind() == JobChoice.Kind.STAGE
                ? mayNeed(job, new StageId(choice.number()))
                : isMeant(job, choice);
    }

    /** Whether a job needs a stage, where that is known. */
    private boolean mayNeed(SimulatedJob job, StageId stage) {
        StagePlan plan = world.invariants.ledger.plan(stage);
        if (plan == null) {
            return true;
        }
        return plan.sink() instanceof StageSink.WriteShuffle sink
                ? StageInputs.history(job.planned.lineage()).stream()
                        .anyMatch(shuffle -> shuffle.id().equals(sink.shuffle()))
                : new JobId(job.id).equals(behalf.get(stage));
    }

    private boolean isMeant(SimulatedJob job, JobChoice choice) {
        return switch (choice.kind()) {
            case ALL -> true;
            case JOB -> job.id == choice.number();
            case GROUP -> job.planned.labels().group().equals(choice.name());
            case TAG -> job.planned.labels().tags().contains(choice.name());
            case STAGE -> runs(job, new StageId(choice.number()));
        };
    }

    /** Whether a stage runs on behalf of a job now. */
    private boolean runs(SimulatedJob job, StageId stage) {
        StageAttempt latest = world.invariants.ledger.latest(stage);
        return latest != null && !world.invariants.ledger.isOver(latest) && new JobId(job.id).equals(behalf.get(stage));
    }
}
