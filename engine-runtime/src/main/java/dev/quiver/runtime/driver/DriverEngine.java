package dev.quiver.runtime.driver;

import dev.quiver.Accumulator;
import dev.quiver.Broadcast;
import dev.quiver.JobChoice;
import dev.quiver.QuiverException;
import dev.quiver.StageWait;
import dev.quiver.StoredDataset;
import dev.quiver.block.DatasetBlocks;
import dev.quiver.config.Config;
import dev.quiver.engine.Engine;
import dev.quiver.engine.JobRequest;
import dev.quiver.id.AccumulatorId;
import dev.quiver.id.BlockId;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.scheduler.SchedulerSettings;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.stage.StagePlan;
import dev.quiver.task.MemoryLedger;
import dev.quiver.task.TaskMetrics;
import java.lang.ref.Cleaner;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine behind a session: numbers what users define, hands their jobs to the loop, and waits for them. Safe for use
 * by many threads.
 */
public final class DriverEngine implements Engine {
    private static final Logger LOG = LoggerFactory.getLogger(DriverEngine.class);
    private static final Cleaner CLEANER = Cleaner.create();
    private static final long CLOSE_SECONDS = 2;
    private static final long METRICS_SECONDS = 10;

    private final String applicationId;
    private final Config config;
    private final int defaultParallelism;
    private final ControlLoop loop;
    private final DriverBlocks blocks;
    private final DriverBroadcasts broadcasts;
    private final Function<BlockId, List<ExecutorId>> holders;
    private final Function<StagePlan, List<String>> describer;
    private final Runnable quiet;
    private final Runnable resources;

    private final AtomicInteger datasets = new AtomicInteger();
    private final AtomicInteger shuffles = new AtomicInteger();
    private final PersistedDatasets persisted = new PersistedDatasets();
    private final DriverAccumulators accumulators;
    private final SessionJobs jobs;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param holders    who keeps a block; asked from any thread
     * @param awakeNanos how long the thread that waits for a job stays awake for its results
     * @param describer  says how a stage would run
     * @param quiet      clears the terminal of what shows progress, before a job's caller goes on
     * @param resources  frees everything the engine's master opened, executors first; run once, at the end of
     *                   {@link #close()}
     */
    DriverEngine(
            String applicationId,
            Config config,
            int defaultParallelism,
            ControlLoop loop,
            DriverBlocks blocks,
            DriverBroadcasts broadcasts,
            Function<BlockId, List<ExecutorId>> holders,
            ValueSerializer serializer,
            long awakeNanos,
            Function<StagePlan, List<String>> describer,
            Runnable quiet,
            Runnable resources) {
        this.applicationId = applicationId;
        this.config = config;
        this.defaultParallelism = defaultParallelism;
        this.loop = loop;
        this.blocks = blocks;
        this.broadcasts = broadcasts;
        this.holders = holders;
        this.describer = describer;
        this.quiet = quiet;
        this.resources = resources;
        this.accumulators = new DriverAccumulators(serializer);
        this.jobs = new SessionJobs(
                loop,
                new ResultValues(blocks, loop, serializer, accumulators, true),
                config.get(SchedulerSettings.STAGE_MAX_ATTEMPTS),
                awakeNanos);
    }

    @Override
    public String applicationId() {
        return applicationId;
    }

    @Override
    public Config config() {
        return config;
    }

    @Override
    public int defaultParallelism() {
        return defaultParallelism;
    }

    @Override
    public DatasetId newDatasetId() {
        return new DatasetId(datasets.getAndIncrement());
    }

    @Override
    public ShuffleId newShuffleId() {
        return new ShuffleId(shuffles.getAndIncrement());
    }

    @Override
    public void track(ShuffleDependency shuffle) {
        ShuffleId id = shuffle.id();
        ControlLoop target = loop;
        CLEANER.register(shuffle, () -> target.post(new DriverEvent.ShuffleUnreachable(id)));
    }

    @Override
    public void offerSlices(Lineage dataset, List<? extends List<?>> slices) {
        requireOpen();
        DatasetId id = dataset.id();
        DriverBlocks offered = blocks;
        offered.offerSlices(id, slices);
        CLEANER.register(dataset, () -> offered.removeSlices(id));
    }

    /** Registered each time a level is chosen: dropping a dataset twice is harmless. */
    @Override
    public void persisted(Lineage dataset) {
        DatasetId id = dataset.id();
        ControlLoop target = loop;
        PersistedDatasets noted = persisted;
        noted.add(dataset);
        CLEANER.register(dataset, () -> {
            noted.remove(id);
            target.post(new DriverEvent.DatasetUnpersisted(id));
        });
    }

    @Override
    public List<StoredDataset> storage() {
        Map<DatasetId, DatasetBlocks> kept = new LoopQuestions(loop).ask(DriverEvent.StorageWanted::new, null);
        // A loop that is closed does not answer: nothing is kept any more.
        return kept == null ? List.of() : persisted.with(kept);
    }

    /** The registry heard of every block before the job ended that stored it. */
    @Override
    public int[] partitionsNotKept(Lineage dataset) {
        return IntStream.range(0, dataset.partitionCount())
                .filter(partition -> holders(dataset, partition).isEmpty())
                .toArray();
    }

    /** Executors that keep a partition, as far as the driver was told. */
    List<ExecutorId> holders(Lineage dataset, int partition) {
        return holders.apply(new BlockId.CachedPartition(dataset.id(), partition));
    }

    @Override
    public List<StageWait> waits() {
        return new LoopQuestions(loop).ask(DriverEvent.WaitsWanted::new, List.of());
    }

    @Override
    public int cancel(JobChoice chosen, String reason, boolean interrupt) {
        return new LoopQuestions(loop)
                .ask(
                        reply -> new DriverEvent.ForScheduler(
                                new SchedulerEvent.JobsCancelled(chosen, reason, interrupt, reply)),
                        0);
    }

    @Override
    public List<String> executors() {
        return new LoopQuestions(loop).ask(DriverEvent.ExecutorsWanted::new, List.of());
    }

    @Override
    public boolean decommission(String executor, String reason) {
        return new LoopQuestions(loop).ask(reply -> new DriverEvent.DepartureWanted(executor, reason, reply), false);
    }

    @Override
    public <R> void run(JobRequest<R> request) {
        try {
            jobs.run(request, this::requireOpen);
        } finally {
            quiet.run();
        }
    }

    @Override
    public List<String> describe(StagePlan stage) {
        return describer.apply(stage);
    }

    @Override
    public BroadcastId offerBroadcast(Object value, CallSite created) {
        requireOpen();
        return broadcasts.offer(value, created);
    }

    @Override
    public void track(Broadcast<?> broadcast) {
        BroadcastId id = broadcast.id();
        ControlLoop target = loop;
        DriverBroadcasts offered = broadcasts;
        CLEANER.register(
                broadcast, () -> drop(offered, target, id, "was dropped when the driver could reach it no more"));
    }

    @Override
    public Object readBroadcast(BroadcastId id) {
        requireOpen();
        return broadcasts.read(id);
    }

    @Override
    public void unpersistBroadcast(BroadcastId id) {
        broadcasts.unpersist(id);
        loop.post(new DriverEvent.BroadcastDropped(id));
    }

    @Override
    public void destroyBroadcast(BroadcastId id, CallSite destroyed) {
        drop(broadcasts, loop, id, "was destroyed at " + destroyed.location());
    }

    private static void drop(DriverBroadcasts offered, ControlLoop target, BroadcastId id, String how) {
        if (offered.remove(id, how)) {
            target.post(new DriverEvent.BroadcastDropped(id));
        }
    }

    @Override
    public AccumulatorId newAccumulatorId() {
        return accumulators.newId();
    }

    @Override
    public void register(Accumulator<?> accumulator) {
        accumulators.register(accumulator);
    }

    @Override
    public void unpersist(Lineage lineage) {
        persisted.remove(lineage.id());
        loop.post(new DriverEvent.DatasetUnpersisted(lineage.id()));
    }

    @Override
    public Map<String, MemoryLedger> memory() {
        // A loop that is closed does not answer: there are no executors any more.
        return new LoopQuestions(loop).ask(DriverEvent.MemoryWanted::new, Map.of());
    }

    @Override
    public TaskMetrics metrics() {
        requireOpen();
        CompletableFuture<TaskMetrics> answer = new CompletableFuture<>();
        loop.post(new DriverEvent.MetricsAsked(answer::complete));
        try {
            return answer.get(METRICS_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException silent) {
            throw new QuiverException(
                    "the driver did not tell within " + METRICS_SECONDS
                            + " s what its tasks have cost; it is closed meanwhile, or busier than it should be",
                    silent);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new QuiverException("interrupted while asking what the tasks of this session have cost", interrupted);
        }
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new QuiverException("the session of application " + applicationId + " is closed");
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        jobs.cancelAll("the session was closed");
        CountDownLatch told = new CountDownLatch(1);
        loop.post(new DriverEvent.Closing("the session was closed", told::countDown));
        try {
            if (!told.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("The driver's loop is busy; closing anyway");
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        try {
            resources.run();
        } finally {
            loop.close();
            jobs.endAll("the session was closed");
        }
    }
}
