package dev.quiver;

import dev.quiver.config.Config;
import dev.quiver.engine.Engine;
import dev.quiver.engine.JobRequest;
import dev.quiver.id.AccumulatorId;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.DatasetId;
import dev.quiver.id.JobId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.serializer.JavaObjects;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.StageSink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs jobs at once, in the calling thread, partition by partition from the last to the first; remembers them. */
final class FakeEngine implements Engine {
    final List<JobRequest<?>> jobs = new ArrayList<>();
    final List<ShuffleDependency> shuffles = new ArrayList<>();
    final List<Lineage> unpersisted = new ArrayList<>();
    int timesClosed;
    private final int slots;
    private final Config config;
    private final Map<DatasetId, List<? extends List<?>>> slices = new HashMap<>();
    private int ids;

    FakeEngine(int slots, Config config) {
        this.slots = slots;
        this.config = config;
    }

    static FakeEngine of(Session session) {
        return (FakeEngine) session.engine();
    }

    @Override
    public <R> void run(JobRequest<R> job) {
        jobs.add(job);
        // Everything a stage is made of must be able to travel.
        byte[] plan = JavaObjects.write(StagePlan.of(job.lineage(), new StageSink.Produce(job.action())));
        StagePlan copy =
                (StagePlan) JavaObjects.read(plan, 0, plan.length, getClass().getClassLoader());
        Interpreter interpreter = new Interpreter(slices);
        try {
            for (int index = job.partitions().length - 1; index >= 0; index--) {
                int partition = job.partitions()[index];
                Object result = new Task(partition)
                        .call(() ->
                                interpreter.act(((StageSink.Produce) copy.sink()).action(), job.lineage(), partition));
                job.results().accept(index, Casts.erased(result));
            }
        } catch (Exception failure) {
            throw new JobFailedException(new JobId(jobs.size() - 1), job.callSite() + " failed: " + failure, failure);
        }
    }

    /** A task that may not be asked for anything but where it is. */
    static final class Task extends TaskContext {
        private final int partition;

        Task(int partition) {
            this.partition = partition;
        }

        @Override
        public TaskAttempt attempt() {
            return new TaskAttempt(new StageAttempt(new StageId(0), 0), partition, 0);
        }

        @Override
        public boolean isKilled() {
            return false;
        }

        @Override
        protected Object broadcastValue(BroadcastId id) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected <T> void accumulate(Accumulator<T> accumulator, T amount) {
            accumulator.absorb(amount);
        }
    }

    @Override
    public String applicationId() {
        return "fake-0";
    }

    @Override
    public Config config() {
        return config;
    }

    @Override
    public int defaultParallelism() {
        return slots;
    }

    @Override
    public DatasetId newDatasetId() {
        return new DatasetId(ids++);
    }

    @Override
    public ShuffleId newShuffleId() {
        return new ShuffleId(shuffles.size());
    }

    @Override
    public void track(ShuffleDependency shuffle) {
        shuffles.add(shuffle);
    }

    @Override
    public void offerSlices(Lineage dataset, List<? extends List<?>> rows) {
        slices.put(dataset.id(), rows);
    }

    @Override
    public void persisted(Lineage dataset) {}

    @Override
    public BroadcastId offerBroadcast(Object value, CallSite created) {
        return new BroadcastId(ids++);
    }

    @Override
    public void track(Broadcast<?> broadcast) {}

    @Override
    public Object readBroadcast(BroadcastId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void unpersistBroadcast(BroadcastId id) {}

    @Override
    public void destroyBroadcast(BroadcastId id, CallSite destroyed) {}

    @Override
    public AccumulatorId newAccumulatorId() {
        return new AccumulatorId(ids++);
    }

    @Override
    public void register(Accumulator<?> accumulator) {}

    @Override
    public void unpersist(Lineage lineage) {
        unpersisted.add(lineage);
    }

    @Override
    public void close() {
        timesClosed++;
    }
}
