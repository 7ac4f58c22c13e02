package dev.quiver.exec.pipeline;

import dev.quiver.exec.task.TaskServices;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.stage.PartitionSlice;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.StageSink;
import java.util.List;

/**
 * A stage plan made ready to run. Immutable, safe for use by many threads: made once per executor and stage, and shared
 * by all its tasks.
 */
public final class StageProgram {
    private final StagePlan plan;
    private final NodeProgram[] nodes;
    private final Segment last;
    private final TaskSink sink;
    private final ValueSerializer serializer;
    private final ClassLoader loader;
    private final PipelineSettings settings;

    private StageProgram(
            StagePlan plan,
            NodeProgram[] nodes,
            Segment last,
            TaskSink sink,
            ValueSerializer serializer,
            ClassLoader loader,
            PipelineSettings settings) {
        this.plan = plan;
        this.nodes = nodes;
        this.last = last;
        this.sink = sink;
        this.serializer = serializer;
        this.loader = loader;
        this.settings = settings;
    }

    /** A program with the default bounds. */
    public static StageProgram of(StagePlan plan, ValueSerializer serializer, ClassLoader loader) {
        return of(plan, serializer, loader, PipelineSettings.DEFAULTS);
    }

    /**
     * @param serializer writes results and opaque values
     * @param loader     the application's classes
     */
    public static StageProgram of(
            StagePlan plan, ValueSerializer serializer, ClassLoader loader, PipelineSettings settings) {
        NodeProgram[] nodes = NodePrograms.of(plan);
        TaskSink sink = plan.sink() instanceof StageSink.WriteShuffle write
                ? new ShuffleSink(write, plan.root().shape())
                : ResultSinks.of(((StageSink.Produce) plan.sink()).action(), serializer);
        Segment last = Segment.before(plan);
        if (settings.functions() != FunctionListener.NONE) {
            FunctionNames.tell(settings.functions(), plan, last);
        }
        return new StageProgram(plan, nodes, last, sink, serializer, loader, settings);
    }

    /** Computes one partition in this thread. */
    public TaskProduct run(int partition, TaskServices services) throws Exception {
        return run(partition, null, services);
    }

    /**
     * Computes one partition in this thread, or a slice of it.
     *
     * @param slice what to compute of the partition, or null for all of it
     * @throws dev.quiver.exec.task.TaskKilled   when the task was told to stop
     * @throws dev.quiver.exec.task.FetchFailure when a map output could not be read
     * @throws dev.quiver.exec.task.CommitDenied when another attempt may publish this partition
     * @throws Exception                         what user code threw, untouched
     */
    public TaskProduct run(int partition, PartitionSlice slice, TaskServices services) throws Exception {
        TaskRun run = new TaskRun(nodes, slice, services, serializer, loader, settings);
        Throwable failure = null;
        try {
            run.checkKilled();
            boolean pulls = last.refusal() != null || last.isEmpty() && sink.takesBatches();
            PushSink pushed = pulls ? null : sink.push(partition, run);
            return pushed == null
                    ? sink.drain(run.open(nodes.length - 1, partition), partition, run)
                    : new SegmentRun(last, pushed, run).drain(last.open(run, partition));
        } catch (Throwable thrown) {
            failure = thrown;
            throw thrown;
        } finally {
            run.close(failure);
        }
    }

    /**
     * What of the stage runs as one loop, what does not and why, which kernels it uses, what the first rows will decide, and
     * which loops were compiled in this process so far. One thing a line, for people.
     */
    public List<String> describe() {
        return StageDescription.of(
                plan, last, sink.isPushed(), settings, new ShuffleDescription(serializer, loader), loader);
    }
}
