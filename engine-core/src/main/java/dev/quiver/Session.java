package dev.quiver;

import dev.quiver.config.Config;
import dev.quiver.engine.Engine;
import dev.quiver.engine.JobLabels;
import dev.quiver.engine.JobRequest;
import dev.quiver.function.ReduceFunction;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.FileSplit;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.serializer.ClosureCheck;
import dev.quiver.shape.Shape;
import dev.quiver.shape.Shapes;
import dev.quiver.stage.Action;
import dev.quiver.task.MemoryLedger;
import dev.quiver.task.TaskMetrics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entry point: makes datasets, broadcasts and accumulators, and owns the executors. A process has at most one open
 * session. Safe for use by many threads; jobs of different threads run side by side. Close it to free its executors.
 *
 * <pre>{@code
 * try (Session session = Session.builder().appName("words").getOrCreate()) {
 *     session.textFile("in/").flatMap(line -> List.of(line.split(" "))).saveAsTextFile("out");
 * }
 * }</pre>
 */
public final class Session implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final Object LOCK = new Object();
    private static Session active;

    private final Engine engine;
    private final CallSite createdAt;
    private final LineageFactory lineages;
    private final Checkpoints checkpoints;
    private final AtomicLong outputs = new AtomicLong();
    private final ThreadLocal<String> pool = ThreadLocal.withInitial(() -> JobRequest.DEFAULT_POOL);
    private final ThreadLocal<JobLabels> labels = ThreadLocal.withInitial(() -> JobLabels.NONE);
    private volatile boolean closed;

    private Session(Engine engine, CallSite createdAt) {
        this.engine = engine;
        this.createdAt = createdAt;
        this.lineages = new LineageFactory(engine);
        this.checkpoints = new Checkpoints(engine);
    }

    public static SessionBuilder builder() {
        return new SessionBuilder();
    }

    static Session getOrOpen(SessionBuilder builder, CallSite site) {
        refuseInTask("a session cannot be created");
        synchronized (LOCK) {
            if (active == null) {
                return open(builder, site);
            }
            builder.values().forEach((name, value) -> {
                if (!value.equals(active.config().asMap().get(name))) {
                    LOG.warn(
                            "{}: {} = {} has no effect, because the session created at {} is still open",
                            site,
                            name,
                            value,
                            active.createdAt.location());
                }
            });
            return active;
        }
    }

    static Session open(SessionBuilder builder, CallSite site) {
        refuseInTask("a session cannot be created");
        synchronized (LOCK) {
            if (active != null) {
                throw new UsageException("this process already has " + active + ", created at "
                        + active.createdAt.location() + "; close that one first, or use getOrCreate() to share it");
            }
            active = new Session(builder.start(site), site);
            return active;
        }
    }

    /** The rows of a collection, spread over as many partitions as the master has slots. */
    public <T> Dataset<T> parallelize(Collection<T> rows) {
        return parallelize(rows, defaultParallelism());
    }

    /**
     * The rows of a collection, in order. The collection is copied.
     *
     * @param partitions at least 1; some stay empty when there are fewer rows
     */
    public <T> Dataset<T> parallelize(Collection<T> rows, int partitions) {
        CallSite site = define("parallelize");
        requirePartitions(partitions, site);
        List<T> copy = new ArrayList<>(rows);
        List<List<T>> slices = new ArrayList<>(partitions);
        for (int slice = 0; slice < partitions; slice++) {
            slices.add(copy.subList((int) ((long) slice * copy.size() / partitions), (int)
                    ((long) (slice + 1) * copy.size() / partitions)));
        }
        Lineage lineage = lineages.source(new Op.Collection(partitions), partitions, Shapes.ofValues(copy), site);
        engine.offerSlices(lineage, slices);
        return new Dataset<>(this, lineage);
    }

    /** The longs from 0 to {@code end}, which is left out. */
    public Dataset<Long> range(long end) {
        return range(0, end, 1, defaultParallelism());
    }

    /** The longs from {@code start} to {@code end}, which is left out. */
    public Dataset<Long> range(long start, long end) {
        return range(start, end, 1, defaultParallelism());
    }

    /**
     * Every {@code step}th long from {@code start} to {@code end}, which is left out.
     *
     * @param step not 0; negative counts down
     */
    public Dataset<Long> range(long start, long end, long step, int partitions) {
        CallSite site = define("range");
        requirePartitions(partitions, site);
        if (step == 0) {
            throw new UsageException(site + ": the step of a range cannot be 0");
        }
        Op.Range range = new Op.Range(start, end, step, partitions);
        try {
            range.rows();
        } catch (ArithmeticException tooLong) {
            throw new UsageException(
                    site + ": the range from " + start + " to " + end + " has more longs than can be counted", tooLong);
        }
        return new Dataset<>(this, lineages.source(range, partitions, Shape.Scalar.LONG, site));
    }

    /** The lines of text files; see {@link #textFile(String, int)}. */
    public Dataset<String> textFile(String paths) {
        return textFile(paths, Math.min(defaultParallelism(), 2));
    }

    /**
     * The lines of UTF-8 text files, in order, without line ends.
     *
     * @param paths         files, folders and globs, separated by commas. A folder stands for the files in it whose names
     *                      do not start with an underscore or a dot; files ending in {@code .gz} are decompressed
     * @param minPartitions at least how many partitions, as far as the files can be split
     * @throws UsageException when nothing is there or something cannot be read, naming it
     */
    public Dataset<String> textFile(String paths, int minPartitions) {
        return new Dataset<>(this, lines(paths, minPartitions, false, define("textFile")));
    }

    /** The lines of text files as slices; see {@link #textSlices(String, int)}. */
    public Dataset<Text> textSlices(String paths) {
        return textSlices(paths, Math.min(defaultParallelism(), 2));
    }

    /**
     * The lines of text files as {@link #textFile(String, int)} gives them, but not made into strings: each line is a
     * slice of what was read, so that {@code line.split(' ')} and the like copy nothing. A slice stays valid as long as it
     * is kept, and keeps the part of the file around it in memory for as long; what is kept in large numbers outside the
     * engine should be a {@link Text#copy}. Bytes that are no UTF-8 stay as they are.
     *
     * @param paths         as with {@code textFile}
     * @param minPartitions as with {@code textFile}
     * @throws UsageException when nothing is there or something cannot be read, naming it
     */
    public Dataset<Text> textSlices(String paths, int minPartitions) {
        return new Dataset<>(this, lines(paths, minPartitions, true, define("textSlices")));
    }

    private Lineage lines(String paths, int minPartitions, boolean slices, CallSite site) {
        requirePartitions(minPartitions, site);
        long largest = config().get(SessionConfig.MAX_PARTITION_BYTES).value();
        List<FileSplit> splits = FileSplits.of(TextInput.list(paths, site), minPartitions, largest);
        Shape shape = slices ? Shape.Scalar.TEXT : Shape.Scalar.STRING;
        return lineages.source(new Op.TextFile(splits, slices), splits.size(), shape, site);
    }

    /**
     * Makes a read-only value available to tasks; each executor fetches it once, in chunks, from the driver and from
     * other executors that have them already.
     *
     * @param value not a dataset, nor anything that holds one; must not be changed afterwards
     */
    public <T> Broadcast<T> broadcast(T value) {
        CallSite site = define("broadcast");
        if (value instanceof Dataset || value instanceof Keyed) {
            throw new UsageException(site + ": a dataset cannot be broadcast; collect it and broadcast its rows");
        }
        Broadcast<T> broadcast = new Broadcast<>(engine.offerBroadcast(value, site), value, engine, site.location());
        engine.track(broadcast);
        return broadcast;
    }

    /** A sum of longs, from 0. */
    public Accumulator<Long> longAccumulator(String name) {
        return accumulator(name, 0L, Long::sum);
    }

    /** A sum of doubles, from 0. */
    public Accumulator<Double> doubleAccumulator(String name) {
        return accumulator(name, 0.0, Double::sum);
    }

    /**
     * A value that tasks add to and only the driver reads.
     *
     * @param merge associative and commutative
     */
    public <T> Accumulator<T> accumulator(String name, T zero, ReduceFunction<T> merge) {
        CallSite site = define("accumulator");
        ClosureCheck.check(merge, site);
        Accumulator<T> accumulator = new Accumulator<>(engine.newAccumulatorId(), name, zero, merge);
        engine.register(accumulator);
        return accumulator;
    }

    /**
     * Runs something whose jobs share slots as part of a pool: those of actions that this thread calls meanwhile. Under
     * {@code quiver.scheduler.mode} FIFO pools mean nothing. The innermost pool counts.
     *
     * @param name any name; what a pool gets is said by {@code quiver.scheduler.pools}
     * @return what {@code work} gives
     */
    public <R> R withPool(String name, Supplier<R> work) {
        if (name == null || name.isBlank()) {
            throw new UsageException(CallSite.of("withPool") + ": a pool needs a name");
        }
        String outer = pool.get();
        pool.set(name);
        try {
            return work.get();
        } finally {
            pool.set(outer);
        }
    }

    /** Runs something whose jobs share slots as part of a pool; see {@link #withPool(String, Supplier)}. */
    public void withPool(String name, Runnable work) {
        withPool(name, () -> {
            work.run();
            return null;
        });
    }

    /**
     * Runs something whose jobs belong to a group, to be cancelled together: those of actions that this thread calls
     * meanwhile. The innermost group counts.
     *
     * @return what {@code work} gives
     */
    public <R> R withGroup(String name, Supplier<R> work) {
        return labelled(labels.get().withGroup(named("withGroup", name)), work);
    }

    /** Runs something whose jobs belong to a group; see {@link #withGroup(String, Supplier)}. */
    public void withGroup(String name, Runnable work) {
        withGroup(name, supplier(work));
    }

    /**
     * Runs something whose jobs carry a tag, beside those they carry already.
     *
     * @return what {@code work} gives
     */
    public <R> R withTag(String name, Supplier<R> work) {
        return labelled(labels.get().withTag(named("withTag", name)), work);
    }

    /** Runs something whose jobs carry a tag; see {@link #withTag(String, Supplier)}. */
    public void withTag(String name, Runnable work) {
        withTag(name, supplier(work));
    }

    private static String named(String operator, String name) {
        if (name == null || name.isBlank()) {
            throw new UsageException(CallSite.of(operator) + ": a name is needed");
        }
        return name;
    }

    private static Supplier<Void> supplier(Runnable work) {
        return () -> {
            work.run();
            return null;
        };
    }

    private <R> R labelled(JobLabels inner, Supplier<R> work) {
        JobLabels outer = labels.get();
        labels.set(inner);
        try {
            return work.get();
        } finally {
            labels.set(outer);
        }
    }

    /**
     * Ends running jobs: their actions throw a {@link JobFailedException} that gives the reason. Stages that other jobs
     * need go on. Tasks stop where they next take a row of the engine's, wait for it, or ask
     * {@link TaskContext#isKilled()}; user code that does none of these runs on, in its slot. To be called by another
     * thread than those that wait.
     *
     * @param reason for people
     * @return how many jobs were ended
     */
    public int cancel(JobChoice jobs, String reason) {
        return engine.cancel(jobs, reason, false);
    }

    /**
     * Ends running jobs as {@link #cancel}, and has tasks interrupted that have not stopped after half a second. One that
     * does not stop then costs its executor process after five seconds.
     *
     * @return how many jobs were ended
     */
    public int interrupt(JobChoice jobs, String reason) {
        return engine.cancel(jobs, reason, true);
    }

    /**
     * Why running jobs do not go on: what their stages and tasks wait for at this moment. To be asked by another thread
     * than the one that waits for the job.
     *
     * @return one for each stage and reason; empty when nothing waits
     */
    public List<StageWait> waits() {
        return engine.waits();
    }

    /** Names of the executors that are there now. Under {@code local} masters one, in this process. */
    public List<String> executors() {
        return engine.executors();
    }

    /**
     * Has an executor leave in peace, as before its machine is switched off: it gets no more tasks, its running ones end,
     * other executors take its map outputs and cached partitions, and then it ends. Returns at once. Whether another takes
     * its place is up to the master; settings that start with {@code quiver.decommission} say how much is handed over.
     *
     * @param executor a name of {@link #executors()}
     * @return false when there is no executor of this name, or it cannot leave since it is part of this process
     */
    public boolean decommission(String executor) {
        return engine.decommission(executor, "the application wants it to leave");
    }

    /**
     * Who holds the memory of each executor, running tasks by operator and what is stored, as they told it with their last
     * heartbeat ({@code quiver.executor.heartbeatInterval}).
     *
     * @return by name of executor, {@code driver} where there is one process; those left out that told nothing yet
     */
    public Map<String, MemoryLedger> memory() {
        return engine.memory();
    }

    /**
     * What is kept of cached datasets, and where: how many partitions, in memory and on disk, on which executor.
     *
     * @return one for each dataset that is persisted now and can still be reached, by number, those of which nothing is
     *     kept yet included; and one for each that is not, while anything is kept of it
     */
    public List<StoredDataset> storage() {
        return engine.storage();
    }

    public Config config() {
        return engine.config();
    }

    public String applicationId() {
        return engine.applicationId();
    }

    /** How many partitions a dataset gets when nobody says. */
    public int defaultParallelism() {
        return engine.defaultParallelism();
    }

    /** What the tasks of this session have cost so far: those of all jobs that returned, and more. */
    public TaskMetrics metrics() {
        return engine.metrics();
    }

    /** Frees the executors and waits until they are gone. Running jobs fail. Closing twice is harmless. */
    @Override
    public void close() {
        refuseInTask("a session cannot be closed");
        synchronized (LOCK) {
            if (closed) {
                return;
            }
            closed = true;
            try {
                engine.close();
            } finally {
                active = null;
            }
        }
    }

    @Override
    public String toString() {
        return "session '" + config().get(SessionConfig.APP_NAME) + "' (" + applicationId() + ")";
    }

    /** The call site of an operator, once it is sure that one can be defined here and now. */
    CallSite define(String operator) {
        CallSite site = CallSite.of(operator);
        if (TaskContext.current() != null) {
            throw new UsageException(site + ": tasks cannot define datasets or start jobs. Do this on the driver and"
                    + " hand the result to the task, captured or broadcast");
        }
        if (closed) {
            throw new UsageException(site + ": " + this + ", created at " + createdAt.location() + ", is closed");
        }
        return site;
    }

    LineageFactory lineages() {
        return lineages;
    }

    Engine engine() {
        return engine;
    }

    Checkpoints checkpoints() {
        return checkpoints;
    }

    /** Numbers the outputs of this session, so that the folders of their unfinished files differ. */
    long nextOutput() {
        return outputs.getAndIncrement();
    }

    <R> void run(Lineage lineage, int[] partitions, Action action, JobRequest.ResultHandler<R> results, CallSite site) {
        if (partitions.length > 0) {
            engine.run(new JobRequest<>(lineage, partitions, action, results, site, pool.get(), labels.get()));
            checkpoints.afterJob(lineage);
        }
    }

    static void requirePartitions(int partitions, CallSite site) {
        if (partitions < 1) {
            throw new UsageException(site + ": a dataset needs at least 1 partition, not " + partitions);
        }
    }

    private static void refuseInTask(String what) {
        if (TaskContext.current() != null) {
            throw new UsageException(what + " in a task; tasks run inside the session that their driver created");
        }
    }
}
