package dev.quiver.runtime.driver;

import dev.quiver.QuiverException;
import dev.quiver.block.BlockDirectory;
import dev.quiver.block.BlockManager;
import dev.quiver.block.BlockSettings;
import dev.quiver.block.BlockTransfer;
import dev.quiver.block.Pause;
import dev.quiver.block.transfer.BlockServer;
import dev.quiver.block.transfer.RemoteBlocks;
import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.engine.Engine;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.id.ExecutorId;
import dev.quiver.rpc.ListeningEndpoint;
import dev.quiver.rpc.PeerPolicy;
import dev.quiver.rpc.RpcSettings;
import dev.quiver.rpc.Transport;
import dev.quiver.rpc.tls.PeerRole;
import dev.quiver.runtime.executor.DriverLink;
import dev.quiver.runtime.executor.Executor;
import dev.quiver.runtime.executor.ExecutorWiring;
import dev.quiver.runtime.executor.Peers;
import dev.quiver.runtime.process.ExecutorCommand;
import dev.quiver.runtime.process.LocalProcessBackend;
import dev.quiver.runtime.process.ProcessSettings;
import dev.quiver.runtime.process.WorkingFolder;
import dev.quiver.runtime.progress.ConsoleProgress;
import dev.quiver.runtime.protocol.DriverQuery;
import dev.quiver.runtime.protocol.DriverQuery.Registered;
import dev.quiver.runtime.protocol.HostPort;
import dev.quiver.runtime.protocol.MessageType;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.runtime.security.ApplicationIdentity;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.scheduler.SchedulerSettings;
import dev.quiver.scheduler.backend.ClusterBackend;
import dev.quiver.scheduler.port.SchedulerListener;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.time.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a driver together for each kind of master. The engine it returns owns all it opened. */
public final class Driver {
    private static final Logger LOG = LoggerFactory.getLogger(Driver.class);
    private static final String LOOPBACK = "127.0.0.1";

    private final Config config;
    private final Clock clock = Clock.system();
    private final String application = Names.application(clock);
    private final ClassLoader classes;
    private final ValueSerializer serializer;
    private final WorkingFolder folder;
    private final GrantJournal journal;
    private final List<AutoCloseable> resources = new ArrayList<>();

    /** Takes the progress bar off the terminal. */
    private Runnable quiet = () -> {};

    /**
     * How many executor processes, and how large.
     *
     * @param slots  tasks each runs at once
     * @param memory heap of each
     */
    public record ClusterShape(int executors, int slots, Bytes memory) {}

    private Driver(Config config) {
        this.config = config;
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        this.classes = context == null ? Driver.class.getClassLoader() : context;
        this.serializer = new KryoValueSerializer(classes);
        this.folder = new WorkingFolder(config, application);
        this.journal = new GrantJournal(() -> folder.path().resolve("grants.log"));
        resources.add(folder);
        resources.add(journal::close);
    }

    /** An engine whose one executor lives in this process. */
    public static Engine inOneProcess(Config config, int slots) {
        return new Driver(config).startInOneProcess(slots);
    }

    /** An engine whose executors are processes of this machine. They start while the caller goes on. */
    public static Engine acrossProcesses(Config config, ClusterShape shape) {
        Driver driver = new Driver(config);
        try {
            return driver.startAcrossProcesses(shape);
        } catch (IOException | RuntimeException failure) {
            driver.release();
            throw failure instanceof QuiverException known
                    ? known
                    : new QuiverException("the driver cannot start: " + failure.getMessage(), failure);
        }
    }

    private Engine startInOneProcess(int slots) {
        ExecutorId id = DriverDoor.DRIVER;
        BlockDirectory nobodyElse = block -> List.of();
        BlockTransfer nowhere = (from, block) -> {
            throw new IOException("executor " + from + " is not in this process");
        };
        BlockManager blocks = blocks(nobodyElse, nowhere);
        DriverCore core = core((executor, reason) -> {}, executor -> List.of(), executor -> {});
        DriverDoor door = core.door();
        DriverLink link = new DriverLink() {
            @Override
            public void tell(ToDriver message) {
                door.tell(id, message);
            }

            @Override
            public <A> CompletableFuture<A> ask(DriverQuery<A> query) {
                return door.ask(id, query);
            }
        };
        Executor executor = new ExecutorWiring(id, config, folder.location(), clock)
                .inProcess(link, blocks, serializer, classes, slots);
        resources.add(executor);
        core.loop().start();
        executor.start();
        core.loop().post(new DriverEvent.ExecutorRegistered(id, "localhost", slots, new ExecutorLink() {
            @Override
            public void send(ToExecutor message) {
                executor.handle(message);
            }

            @Override
            public void close(String reason) {
                executor.close();
            }
        }));
        return engine(core, blocks, slots, holder -> true, executor::exitingTask);
    }

    private Engine startAcrossProcesses(ClusterShape shape) throws IOException {
        ApplicationIdentity identity = ApplicationIdentity.create(application, config.get(ProcessSettings.TLS));
        Artifacts artifacts = new Artifacts(config.get(DriverSettings.JARS));
        Transport transport = Transport.create(patience(), identity.driver());
        ExecutorServer[] server = new ExecutorServer[1];
        Peers peers = new Peers(
                application,
                DriverDoor.DRIVER,
                transport,
                id -> CompletableFuture.completedFuture(server[0].address(id)));
        BlockSettings blockSettings = BlockSettings.of(config);
        BlockManager blocks = blocks(
                block -> List.of(),
                new RemoteBlocks(peers::connection, MessageType.FETCH_BLOCK, blockSettings.fetchTimeout(), clock));
        ClusterBackend[] backend = new ClusterBackend[1];
        DriverCore core = core(
                (executor, reason) -> backend[0].kill(executor, reason),
                executor -> server[0].address(executor),
                executor -> server[0].forget(executor));
        ExecutorService workers = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "driver-data");
            thread.setDaemon(true);
            return thread;
        });
        BlockServer blockServer = new BlockServer(blocks, Runnable::run);
        LocalProcessBackend[] processes = new LocalProcessBackend[1];
        HostPort[] address = new HostPort[1];
        server[0] = new ExecutorServer(
                core.door(),
                core.loop()::post,
                () -> new Registered(config.asMap(), artifacts.list(), address[0]),
                artifacts,
                blockServer::onStream,
                executor -> processes[0].onRegistered(executor),
                workers);
        ListeningEndpoint endpoint =
                transport.listen(LOOPBACK, 0, PeerPolicy.role(PeerRole.EXECUTOR), server[0]::accept);
        address[0] = new HostPort(LOOPBACK, endpoint.address().getPort());
        processes[0] = new LocalProcessBackend(command(identity, shape, address[0]), new BackendNews(core.loop()));
        backend[0] = processes[0];
        resources.add(workers::shutdownNow);
        resources.add(transport);
        resources.add(processes[0]);
        core.loop().start();
        processes[0].requestExecutors(shape.executors());
        return engine(
                core,
                blocks,
                Math.max(2, shape.executors() * shape.slots()),
                executor -> !server[0].address(executor).isEmpty(),
                Optional::empty);
    }

    /** One setting says how long an executor may be silent; the connection must not be less patient than the loop. */
    private RpcSettings patience() {
        RpcSettings settings = RpcSettings.defaults();
        Duration most = config.get(DriverSettings.NETWORK_TIMEOUT);
        Duration interval = settings.timeouts().keepAliveInterval();
        return settings.withTimeouts(settings.timeouts().withKeepAlive(interval, most.plus(interval)));
    }

    private ExecutorCommand command(ApplicationIdentity identity, ClusterShape shape, HostPort address)
            throws IOException {
        String options = config.get(ProcessSettings.EXECUTOR_JAVA_OPTIONS).trim();
        return new ExecutorCommand(
                application,
                address,
                shape.slots(),
                shape.memory(),
                System.getProperty("java.class.path"),
                folder.path(),
                identity::executor,
                options.isEmpty() ? List.of() : Arrays.asList(options.split("\\s+")));
    }

    /** What the process backend tells, as events for the loop. */
    private record BackendNews(ControlLoop loop) implements ClusterBackend.Events {
        @Override
        public void onExecutorEnded(ExecutorId executor, String reason, boolean causedByTask) {
            loop.post(new DriverEvent.ExecutorEnded(executor, reason, causedByTask));
        }

        @Override
        public void onGaveUp(String reason) {
            loop.post(new DriverEvent.ForScheduler(new SchedulerEvent.ClusterFailed(reason)));
        }
    }

    private BlockManager blocks(BlockDirectory directory, BlockTransfer transfer) {
        BlockSettings settings = BlockSettings.of(config);
        BlockManager blocks = new BlockManager(
                DriverDoor.DRIVER,
                settings,
                settings.budget(Runtime.getRuntime().maxMemory()),
                folder.location().resolve("blocks"),
                new ArrowBatches(),
                directory,
                transfer,
                Pause.sleeping());
        resources.add(blocks);
        return blocks;
    }

    private DriverCore core(
            Control.Backends backends,
            java.util.function.Function<ExecutorId, List<HostPort>> addresses,
            java.util.function.Consumer<ExecutorId> lost) {
        List<SchedulerListener> listeners = new ArrayList<>();
        ConsoleProgress.start(config, clock).ifPresent(progress -> {
            listeners.add(progress);
            resources.add(progress);
            quiet = progress::clear;
        });
        return new DriverCore(
                config,
                SchedulerSettings.of(config),
                clock,
                journal,
                new Listeners(listeners),
                backends,
                addresses,
                lost);
    }

    /**
     * The engine, which also closes when this process is told to end.
     *
     * @param alive       whether an executor may still hold a result
     * @param exitingTask which task is ending this process, if one does
     */
    private Engine engine(
            DriverCore core,
            BlockManager blocks,
            int parallelism,
            Predicate<ExecutorId> alive,
            Supplier<Optional<String>> exitingTask) {
        Thread sweeper = new Thread(folder::sweepLeftOvers, "folder-sweeper");
        sweeper.setDaemon(true);
        sweeper.start();
        DriverEngine[] engine = new DriverEngine[1];
        Thread hook = new Thread(() -> endProcess(engine[0], exitingTask), "session-close");
        engine[0] = new DriverEngine(
                application,
                config,
                parallelism,
                core.loop(),
                new DriverBlocks(blocks, serializer, classes, alive),
                serializer,
                quiet,
                () -> {
                    release();
                    forgetHook(hook);
                });
        Runtime.getRuntime().addShutdownHook(hook);
        return engine[0];
    }

    /** A task must not end the application with an exit code that looks like the application's own. */
    private static void endProcess(Engine engine, Supplier<Optional<String>> exitingTask) {
        Optional<String> exiting = exitingTask.get();
        engine.close();
        if (exiting.isPresent()) {
            System.err.println("quiver: " + exiting.get()
                    + ", which ends the whole application, since under this master tasks run in its process;"
                    + " throw an exception instead");
            System.err.flush();
            Runtime.getRuntime().halt(1);
        }
    }

    private static void forgetHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException endingAlready) {
            LOG.debug("The process is ending already", endingAlready);
        }
    }

    /** Closes what was opened, the last first; what fails is logged, and the rest is still closed. */
    private void release() {
        for (int index = resources.size() - 1; index >= 0; index--) {
            try {
                resources.get(index).close();
            } catch (Exception failure) {
                LOG.warn("Something of the session could not be closed", failure);
            }
        }
    }
}
