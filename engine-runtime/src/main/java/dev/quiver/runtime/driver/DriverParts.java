package dev.quiver.runtime.driver;

import dev.quiver.StageWait;
import dev.quiver.UsageException;
import dev.quiver.block.BlockDirectory;
import dev.quiver.block.BlockManager;
import dev.quiver.block.BlockSettings;
import dev.quiver.block.BlockTransfer;
import dev.quiver.block.Pause;
import dev.quiver.block.broadcast.BroadcastSettings;
import dev.quiver.block.broadcast.BroadcastStore;
import dev.quiver.block.broadcast.Swarms;
import dev.quiver.block.folder.LocalFolders;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.ReservedHeap;
import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.engine.Engine;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.pipeline.StageProgram;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.id.ExecutorId;
import dev.quiver.runtime.chaos.Chaos;
import dev.quiver.runtime.eventlog.EventLog;
import dev.quiver.runtime.process.WorkingFolder;
import dev.quiver.runtime.process.WorkingFolders;
import dev.quiver.runtime.progress.ConsoleProgress;
import dev.quiver.runtime.protocol.HostPort;
import dev.quiver.scheduler.SchedulerSettings;
import dev.quiver.scheduler.SkewSettings;
import dev.quiver.scheduler.allocate.AllocationSettings;
import dev.quiver.scheduler.backend.ClusterBackend;
import dev.quiver.scheduler.port.SchedulerListener;
import dev.quiver.serializer.JavaObjects;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shuffle.compress.LinkSpeed;
import dev.quiver.shuffle.reader.ReadAheadSettings;
import dev.quiver.shuffle.storage.StorageKind;
import dev.quiver.shuffle.storage.StorageSettings;
import dev.quiver.stage.StageInput;
import dev.quiver.stage.StagePlan;
import dev.quiver.time.Clock;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a driver is made of under every master, and what it closes at the end. Belongs to the thread that starts it. */
final class DriverParts {
    private static final Logger LOG = LoggerFactory.getLogger(DriverParts.class);

    final Config config;
    final Clock clock = Clock.system();
    final String application = Names.application(clock);
    final ClassLoader classes;
    final ValueSerializer serializer;
    final WorkingFolders folders;
    final LocalFolders localFolders;
    final MemoryBudget memory;
    final Swarms broadcasts;
    private final Optional<WorkingFolder> sharedShuffles;
    private final GrantJournal journal;
    private final List<AutoCloseable> resources = new ArrayList<>();

    /** What is said of every stage that reads a shuffle, because of how executors are reached. */
    private List<String> ofReaders = List.of();

    /** Makes faults on purpose, where the session wants that. */
    private Optional<Chaos> chaos = Optional.empty();

    /** Takes the progress bar off the terminal. */
    private Runnable quiet = () -> {};

    DriverParts(Config config) {
        this.config = config;
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        this.classes = context == null ? DriverParts.class.getClassLoader() : context;
        this.serializer = new KryoValueSerializer(classes);
        this.folders = WorkingFolders.of(config, application);
        this.localFolders = LocalFolders.of(folders.locations(), config, clock);
        this.broadcasts = new Swarms(
                DriverDoor.DRIVER, clock, bound -> ThreadLocalRandom.current().nextInt(bound));
        this.memory = BlockSettings.of(config).budget(Runtime.getRuntime().maxMemory(), config.get(ReservedHeap.SIZE));
        this.journal = new GrantJournal(() -> folders.home().resolve("grants.log"));
        own(folders);
        this.sharedShuffles = sharedShuffles();
        own(journal::close);
    }

    /** The folder for map outputs that outlive their executors, made now, where the session wants one. */
    private Optional<WorkingFolder> sharedShuffles() {
        StorageSettings storage = StorageSettings.of(config);
        if (storage.kind() != StorageKind.SHARED) {
            return Optional.empty();
        }
        WorkingFolder shared =
                WorkingFolder.shared(storage.folder(application), application, StorageSettings.DIR.name());
        own(shared);
        try {
            shared.path();
        } catch (IOException refused) {
            shared.close();
            throw new UsageException("the driver cannot start: " + refused.getMessage(), refused);
        }
        return Optional.of(shared);
    }

    private void sweep() {
        Instant now = Instant.ofEpochMilli(clock.epochMillis());
        folders.sweepLeftOvers(now);
        sharedShuffles.ifPresent(shared -> shared.sweepLeftOvers(now));
    }

    /** Closes this when the engine closes, before everything that was owned earlier. */
    void own(AutoCloseable resource) {
        resources.add(resource);
    }

    /** Executors fetch map outputs from one another, unless all of them reach the storage. */
    void fetches(ReadAheadSettings settings) {
        String most = Bytes.of(settings.mostBytes()).display();
        ofReaders = settings.enabled() && sharedShuffles.isEmpty()
                ? List.of("small reduce partitions are fetched together, up to " + most)
                : List.of();
    }

    /** Begins to make faults, if the session wants them. @param processes of executors that take tasks */
    void makeFaults(Supplier<Map<ExecutorId, Long>> processes) {
        chaos = Chaos.start(config, folders.locations().get(0), processes, clock, System.err);
        chaos.ifPresent(this::own);
    }

    BlockManager blocks(BlockDirectory directory, BlockTransfer transfer) {
        BlockManager blocks = new BlockManager(
                DriverDoor.DRIVER,
                BlockSettings.of(config),
                memory,
                localFolders.below("blocks"),
                new ArrowBatches(),
                directory,
                transfer,
                Pause.sleeping());
        own(blocks);
        return blocks;
    }

    /** @param elastic whether the number of executors can follow the work */
    DriverCore core(
            ClusterBackend backend,
            boolean elastic,
            Function<ExecutorId, List<HostPort>> addresses,
            Consumer<ExecutorId> lost) {
        List<SchedulerListener> listeners = new ArrayList<>();
        List<Consumer<List<StageWait>>> ofWaits = new ArrayList<>();
        EventLog.start(config, clock, application).ifPresent(log -> {
            listeners.add(log);
            ofWaits.add(log::onWaits);
            own(log);
        });
        chaos.ifPresent(faults -> listeners.add(faults.listener()));
        ConsoleProgress.start(config, clock).ifPresent(progress -> {
            listeners.add(progress);
            ofWaits.add(progress::onWaits);
            own(progress);
            quiet = progress::clear;
        });
        DriverCore core = new DriverCore(
                config,
                elastic ? SchedulerSettings.of(config) : withoutAllocation(),
                clock,
                journal,
                new Listeners(listeners),
                backend,
                broadcasts,
                addresses,
                lost);
        if (!ofWaits.isEmpty()) {
            WaitWatch watch = new WaitWatch(waits -> ofWaits.forEach(each -> each.accept(waits)));
            core.loop().postEvery(WaitWatch.INTERVAL, new DriverEvent.WaitsWanted(watch::look));
        }
        return core;
    }

    /** Local masters name the number of their executors. */
    private SchedulerSettings withoutAllocation() {
        SchedulerSettings settings = SchedulerSettings.of(config);
        if (settings.policies().allocation().enabled()) {
            LOG.warn("{} has no effect under local masters", AllocationSettings.ENABLED.name());
        }
        return settings.with(settings.policies().with(AllocationSettings.DEFAULTS));
    }

    /**
     * The engine, which also closes when this process is told to end.
     *
     * @param awakeNanos  how long the thread that waits for a job stays awake for its results
     * @param alive       whether an executor may still hold a result
     * @param exitingTask which task is ending this process, if one does
     */
    Engine engine(
            DriverCore core,
            BlockManager blocks,
            int parallelism,
            long awakeNanos,
            Predicate<ExecutorId> alive,
            Supplier<Optional<String>> exitingTask) {
        Thread sweeper = new Thread(this::sweep, "folder-sweeper");
        sweeper.setDaemon(true);
        sweeper.start();
        ProcessEnd end = new ProcessEnd(exitingTask);
        DriverEngine engine = new DriverEngine(
                application,
                config,
                parallelism,
                core.loop(),
                new DriverBlocks(blocks, serializer, classes, alive),
                new DriverBroadcasts(
                        new BroadcastStore(blocks, serializer, BroadcastSettings.of(config)),
                        broadcasts,
                        new BroadcastCompression(config, LinkSpeed.sameHost(), clock)),
                core::holders,
                serializer,
                awakeNanos,
                this::describe,
                quiet,
                () -> {
                    release();
                    end.forget();
                    chaos.ifPresent(Chaos::requireEffect);
                });
        end.closes(engine);
        return engine;
    }

    /**
     * What an executor of this process says of a stage. Its functions may be those of the plan or, after the way to it,
     * others of the same code: loops are known by either.
     */
    private List<String> describe(StagePlan plan) {
        byte[] sent = JavaObjects.write(plan);
        StagePlan arrived = (StagePlan) JavaObjects.read(sent, 0, sent.length, classes);
        String notSplit = config.get(SkewSettings.ENABLED) ? null : SkewSettings.ENABLED + " is false";
        Set<String> lines =
                new LinkedHashSet<>(StageProgram.of(plan, serializer, classes).describe(notSplit));
        lines.addAll(StageProgram.of(arrived, serializer, classes).describe(notSplit));
        boolean reads = plan.nodes().stream()
                .anyMatch(node -> node.inputs().stream().anyMatch(StageInput.Shuffle.class::isInstance));
        lines.addAll(reads ? ofReaders : List.of());
        return List.copyOf(lines);
    }

    /** Closes what was opened, the last first; what fails is logged, and the rest is still closed. */
    void release() {
        for (int index = resources.size() - 1; index >= 0; index--) {
            try {
                resources.get(index).close();
            } catch (Exception failure) {
                LOG.warn("Something of the session could not be closed", failure);
            }
        }
    }
}
