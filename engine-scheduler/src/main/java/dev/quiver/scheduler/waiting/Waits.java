package dev.quiver.scheduler.waiting;

import dev.quiver.StageWait;
import dev.quiver.StageWait.Reason;
import dev.quiver.id.JobId;
import dev.quiver.id.StageId;
import dev.quiver.scheduler.dag.Rollbacks;
import dev.quiver.scheduler.stage.Stage;
import dev.quiver.scheduler.stage.StageGraph;
import dev.quiver.scheduler.stage.StageState;
import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says of every stage that does not go on what it waits for. Costs as much as there are stages and executors. */
public final class Waits {
    private final StageGraph graph;
    private final Rollbacks rollbacks;
    private final SlotWaits slots;
    private final Clock clock;

    public Waits(StageGraph graph, Rollbacks rollbacks, SlotWaits slots, Clock clock) {
        this.graph = graph;
        this.rollbacks = rollbacks;
        this.slots = slots;
        this.clock = clock;
    }

    /** Every wait there is now, by stage. */
    public List<StageWait> now() {
        List<StageWait> waits = new ArrayList<>();
        for (Stage stage : graph.all()) {
            if (stage.state() instanceof StageState.Waiting waiting) {
                String parents = waiting.parents().stream()
                        .map(parent -> parent.id())
                        .map(StageId::toString)
                        .collect(Collectors.joining(", "));
                waits.add(wait(stage, 0, new Cause(Reason.PARENTS, "the output of stages " + parents, null)));
            } else if (stage.state() instanceof StageState.RolledBack rolledBack) {
                waits.add(wait(
                        stage,
                        0,
                        new Cause(
                                Reason.RESUBMISSION,
                                "its resubmission, after " + rolledBack.reason(),
                                rollbacks.resubmitNanos())));
            } else if (stage.running() != null) {
                ofTasks(stage, stage.running(), waits);
            }
        }
        return waits;
    }

    private void ofTasks(Stage stage, TaskSet set, List<StageWait> waits) {
        if (set.queue().count() > 0) {
            waits.add(wait(stage, set.queue().count(), slots.cause(set)));
        }
        if (set.queue().aloneCount() > 0) {
            waits.add(wait(stage, set.queue().aloneCount(), slots.aloneCause()));
        }
        int withheld = set.queue().withheldCount();
        if (withheld > 0) {
            waits.add(wait(
                    stage,
                    withheld,
                    new Cause(Reason.PUBLISHING, "an older attempt that may be publishing them", null)));
        }
    }

    private StageWait wait(Stage stage, int tasks, Cause cause) {
        List<Integer> jobs = stage.jobs().stream().map(JobId::value).toList();
        Optional<Duration> changesIn = Optional.ofNullable(cause.changesAtNanos())
                .map(nanos -> Duration.ofNanos(Math.max(0, nanos - clock.nanoTime())));
        return new StageWait(stage.id().value(), jobs, tasks, cause.reason(), cause.detail(), changesIn);
    }
}
