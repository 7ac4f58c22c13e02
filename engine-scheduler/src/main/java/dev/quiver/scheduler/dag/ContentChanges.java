package dev.quiver.scheduler.dag;

import dev.quiver.id.StageId;
import dev.quiver.scheduler.commit.CommitCoordinator;
import dev.quiver.scheduler.content.Contents;
import dev.quiver.scheduler.port.ContentChange;
import dev.quiver.scheduler.port.MapOutputs;
import dev.quiver.scheduler.stage.MapStage;
import dev.quiver.scheduler.stage.ResultStage;
import dev.quiver.scheduler.stage.Stage;
import dev.quiver.scheduler.stage.StageState;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.MapOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Map outputs that were computed again and came out with other rows. No stage may have read both versions, so every stage
 * that may have read the old one starts over:
 * <ul>
 *   <li>its running attempt is rolled back, and what the tasks of that attempt still finish does not count
 *   <li>a map stage loses all its outputs; as they come back they are compared with those before, so stages behind it start
 *       over only if something changed for them
 *   <li>a result stage starts over as long as nothing of it is out of the engine's hands, slices of a partition that is not
 *       complete included; once a result was told or a commit granted, its jobs fail
 * </ul>
 * Invariant: the outputs of a shuffle that are registered, and the results of a job that were told, come from one content of
 * each shuffle they may have read. Stages nobody needs at the time are looked at when they are needed again, in
 * {@link dev.quiver.scheduler.stage.StageGraph}.
 */
public final class ContentChanges {
    private final DagScheduler dag;
    private final Rollbacks rollbacks;
    private final CommitCoordinator commits;
    private final Contents contents;
    private final MapOutputs outputs;
    private final Watch watch;

    public ContentChanges(
            DagScheduler dag, Rollbacks rollbacks, CommitCoordinator commits, Contents contents, Ports ports) {
        this.dag = dag;
        this.rollbacks = rollbacks;
        this.commits = commits;
        this.contents = contents;
        this.outputs = ports.outputs();
        this.watch = ports.watch();
    }

    /** To be called with each version that was registered. */
    void registered(MapStage writer, MapOutput output) {
        OptionalLong before = contents.registered(output, writer.layout().taskCount());
        if (before.isEmpty()) {
            return;
        }
        List<StageId> startedOver = new ArrayList<>();
        List<StageId> failed = new ArrayList<>();
        for (Stage reader : List.copyOf(writer.children())) {
            if (reader.state() instanceof StageState.Retired) {
                continue;
            }
            if (reader instanceof ResultStage result && isDelivered(result)) {
                failed.add(result.id());
                String why = FailureText.ofDeliveredContent(result, writer, output, before.getAsLong());
                dag.jobs().failAllOf(result, why, null);
            } else if (startOver(reader, writer)) {
                startedOver.add(reader.id());
            }
        }
        watch.onContentChanged(new ContentChange(
                output.shuffle(),
                output.mapPartition(),
                writer.id(),
                before.getAsLong(),
                output.content(),
                startedOver,
                failed));
    }

    /** Whether a result was told or may be published right now. */
    private boolean isDelivered(ResultStage result) {
        return result.toldCount() > 0 || !commits.granted(result.id()).isEmpty();
    }

    /** Takes back what a stage has done; false when it had done nothing. */
    private boolean startOver(Stage reader, MapStage writer) {
        boolean began = reader.running() != null;
        if (began) {
            rollbacks.rollBack(
                    reader, "outputs of " + writer + " came out with other rows when they were computed again");
        }
        if (reader instanceof MapStage map && hasOutputs(map)) {
            outputs.removeAll(map.shuffle().id());
            rollbacks.lost(map);
            began = true;
        }
        if (reader instanceof ResultStage result && result.forgetSlices()) {
            began = true;
        }
        return began;
    }

    private boolean hasOutputs(MapStage map) {
        TaskLayout layout = outputs.layout(map.shuffle().id());
        return layout != null && outputs.missing(map.shuffle().id()).cardinality() < layout.taskCount();
    }
}
