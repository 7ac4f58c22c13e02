package dev.quiver.runtime.driver;

import dev.quiver.QuiverException;
import dev.quiver.block.BlockManager;
import dev.quiver.block.BlockSettings;
import dev.quiver.block.memory.OffHeap;
import dev.quiver.block.transfer.BlockServer;
import dev.quiver.block.transfer.RemoteBlocks;
import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.engine.Engine;
import dev.quiver.id.ExecutorId;
import dev.quiver.rpc.ListeningEndpoint;
import dev.quiver.rpc.PeerPolicy;
import dev.quiver.rpc.RpcSettings;
import dev.quiver.rpc.Transport;
import dev.quiver.rpc.tls.PeerRole;
import dev.quiver.runtime.chaos.ChaosSettings;
import dev.quiver.runtime.chaos.ProcessFaults;
import dev.quiver.runtime.driver.Driver.ClusterShape;
import dev.quiver.runtime.executor.Peers;
import dev.quiver.runtime.executor.StreamWorkers;
import dev.quiver.runtime.process.ExecutorCommand;
import dev.quiver.runtime.process.ExitCodes;
import dev.quiver.runtime.process.LocalProcessBackend;
import dev.quiver.runtime.process.ProcessSettings;
import dev.quiver.runtime.protocol.DriverQuery.Registered;
import dev.quiver.runtime.protocol.Greeting;
import dev.quiver.runtime.protocol.HostPort;
import dev.quiver.runtime.protocol.MessageType;
import dev.quiver.runtime.security.ApplicationIdentity;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.scheduler.backend.ClusterBackend;
import dev.quiver.scheduler.backend.ExecutorRecipe;
import dev.quiver.shuffle.reader.ReadAheadSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A driver whose executors are processes of their own, here or in a cluster: the listener they register at, the backend
 * that starts them, and the credentials they prove themselves with. Its fields are set while it starts and then read by many threads, none
 * of which comes before the address is told.
 */
final class ManyProcesses implements ClusterBackend.Events {
    private static final Logger LOG = LoggerFactory.getLogger(ManyProcesses.class);

    private final DriverParts parts;
    private final ClusterShape shape;
    private final Cluster cluster;
    private final ApplicationIdentity identity;
    private final Artifacts artifacts;
    private DriverCore core;
    private ExecutorServer server;
    private ClusterBackend processes;

    /** Where executors register, once they can. */
    private final CompletableFuture<HostPort> address = new CompletableFuture<>();

    /** Hears what becomes of executors, once it is there. */
    private final CompletableFuture<ControlLoop> loop = new CompletableFuture<>();

    private ManyProcesses(DriverParts parts, ClusterShape shape, Cluster cluster) {
        this.parts = parts;
        this.shape = shape;
        this.cluster = cluster;
        this.identity = ApplicationIdentity.create(parts.application, parts.config.get(ProcessSettings.TLS));
        this.artifacts = new Artifacts(parts.config.get(DriverSettings.JARS));
    }

    /** An engine whose executors start while the caller goes on. */
    static Engine start(Config config, ClusterShape shape, Cluster cluster) {
        DriverParts parts = new DriverParts(config);
        try {
            return new ManyProcesses(parts, shape, cluster).startOrTell();
        } catch (IOException | RuntimeException failure) {
            parts.release();
            throw failure instanceof QuiverException known
                    ? known
                    : new QuiverException("the driver cannot start: " + failure.getMessage(), failure);
        }
    }

    /** When this fails, whoever waits for the address must not wait for ever. */
    private Engine startOrTell() throws IOException {
        try {
            return start();
        } catch (IOException | RuntimeException failure) {
            address.completeExceptionally(failure);
            throw failure;
        }
    }

    /** The executors' processes come first: they start while this one prepares what they will ask for. */
    private Engine start() throws IOException {
        if (ChaosSettings.isOn(parts.config)) {
            ProcessFaults.leaveFor(parts.folders.home(), parts.config);
        }
        processes = cluster.start(parts, recipe(), this);
        processes.requestExecutors(shape.executors());
        Transport transport;
        try {
            transport = Transport.create(patience(), identity.driver());
            parts.own(transport);
            ProcessFaults.ofDriver(parts.config, parts.folders.locations().get(0))
                    .frames()
                    .ifPresent(transport::inject);
        } finally {
            parts.own(processes);
        }
        BlockManager blocks = blocks(transport);
        parts.makeFaults(this::localProcesses);
        core = parts.core(
                processes,
                cluster.isElastic(),
                executor -> server.address(executor),
                executor -> server.forget(executor));
        loop.complete(core.loop());
        server = server(blocks);
        ListeningEndpoint endpoint = transport.listen(
                cluster.bindAddress(), cluster.port(), PeerPolicy.role(PeerRole.EXECUTOR), server::accept);
        parts.own(endpoint);
        core.loop().start();
        address.complete(new HostPort(cluster.host(), endpoint.address().getPort()));
        parts.fetches(ReadAheadSettings.of(parts.config));
        return parts.engine(
                core,
                blocks,
                Math.max(2, shape.executors() * shape.slots()),
                0,
                executor -> !server.address(executor).isEmpty(),
                Optional::empty);
    }

    private Map<ExecutorId, Long> localProcesses() {
        return processes instanceof LocalProcessBackend local ? local.processIds() : Map.of();
    }

    private BlockManager blocks(Transport transport) {
        Peers peers = new Peers(
                parts.application,
                DriverDoor.DRIVER,
                transport,
                id -> CompletableFuture.completedFuture(server.address(id)));
        BlockSettings settings = BlockSettings.of(parts.config);
        return parts.blocks(
                block -> List.of(),
                new RemoteBlocks(peers::connection, MessageType.FETCH_BLOCK, settings.fetchTimeout(), parts.clock, ""));
    }

    private ExecutorServer server(BlockManager blocks) {
        ExecutorService workers = StreamWorkers.start("driver-data", parts.config);
        parts.own(workers::shutdownNow);
        BlockServer blockServer = new BlockServer(blocks, "", Runnable::run);
        return new ExecutorServer(
                core.door(),
                core.loop()::post,
                () -> new Registered(parts.config.asMap(), artifacts.list(), address.join()),
                artifacts,
                blockServer::onStream,
                executor -> processes.onReady(executor),
                workers);
    }

    /** One setting says how long an executor may be silent; the connection must not be less patient than the loop. */
    private RpcSettings patience() {
        RpcSettings settings = RpcSettings.defaults();
        Duration most = parts.config.get(DriverSettings.NETWORK_TIMEOUT);
        Duration interval = settings.timeouts().keepAliveInterval();
        return settings.withTimeouts(settings.timeouts().withKeepAlive(interval, most.plus(interval)));
    }

    private ExecutorRecipe recipe() {
        return new ExecutorRecipe(
                parts.application,
                shape.slots(),
                shape.memory(),
                Bytes.of(OffHeap.bytes(parts.config)),
                ExecutorCommand.of(parts.application, parts.config, shape.slots(), shape.memory()),
                executor -> new Greeting(address.join(), identity.executor(executor)).encode(),
                code -> code == ExitCodes.DONE || ExitCodes.blamesNobody(code));
    }

    @Override
    public void onExecutorEnded(ExecutorId executor, String reason, boolean causedByTask) {
        post(new DriverEvent.ExecutorEnded(executor, reason, causedByTask));
    }

    @Override
    public void onExecutorLeaving(ExecutorId executor, String reason) {
        post(new DriverEvent.ForScheduler(new SchedulerEvent.ExecutorDraining(executor, reason)));
    }

    @Override
    public void onWaiting(String reason) {
        if (!reason.isEmpty()) {
            LOG.warn("Executors are missing: {}", reason);
        }
        post(new DriverEvent.ForScheduler(new SchedulerEvent.ClusterWaits(reason)));
    }

    @Override
    public void onGaveUp(String reason) {
        post(new DriverEvent.ForScheduler(new SchedulerEvent.ClusterFailed(reason)));
    }

    private void post(DriverEvent event) {
        loop.thenAccept(ready -> ready.post(event));
    }
}
