package dev.quiver.runtime.executor;

import dev.quiver.block.BlockManager;
import dev.quiver.block.BlockSettings;
import dev.quiver.block.Pause;
import dev.quiver.block.broadcast.Broadcasts;
import dev.quiver.block.folder.LocalFolders;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.ReservedHeap;
import dev.quiver.block.transfer.BlockServer;
import dev.quiver.block.transfer.RemoteBlocks;
import dev.quiver.config.Config;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.id.BlockId;
import dev.quiver.id.ExecutorId;
import dev.quiver.rpc.Connection;
import dev.quiver.rpc.StreamSender;
import dev.quiver.rpc.Transport;
import dev.quiver.runtime.chaos.ProcessFaults;
import dev.quiver.runtime.protocol.DriverQuery;
import dev.quiver.runtime.protocol.DriverQuery.Registered;
import dev.quiver.runtime.protocol.HostPort;
import dev.quiver.runtime.protocol.MessageType;
import dev.quiver.scheduler.handover.HandoverSettings;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shuffle.ShuffleSettings;
import dev.quiver.shuffle.checkpoint.CheckpointFiles;
import dev.quiver.shuffle.compress.Compression;
import dev.quiver.shuffle.compress.CompressionSettings;
import dev.quiver.shuffle.compress.FetchMeter;
import dev.quiver.shuffle.compress.LinkSpeed;
import dev.quiver.shuffle.compress.MeasuredLink;
import dev.quiver.shuffle.format.Disk;
import dev.quiver.shuffle.reader.ChunkFetcher;
import dev.quiver.shuffle.reader.ReadAhead;
import dev.quiver.shuffle.reader.ReadAheadSettings;
import dev.quiver.shuffle.reader.SameHost;
import dev.quiver.shuffle.spill.SpillFolder;
import dev.quiver.shuffle.storage.ShuffleStorage;
import dev.quiver.shuffle.store.ChunkMemory;
import dev.quiver.shuffle.store.Durability;
import dev.quiver.shuffle.transfer.HostIdentity;
import dev.quiver.shuffle.transfer.RemoteChunks;
import dev.quiver.shuffle.transfer.ShuffleServer;
import dev.quiver.time.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts an executor together, in the driver's process or in one of its own. */
public final class ExecutorWiring {
    private static final Logger LOG = LoggerFactory.getLogger(ExecutorWiring.class);
    private static final long ANSWER_SECONDS = 30;
    private static final ExecutorId DRIVER = new ExecutorId("driver", 0);

    private final String application;
    private final ExecutorId id;
    private final Config config;
    private final LocalFolders folders;
    private final Clock clock;
    private final ProcessFaults faults;
    private final Disk disk;
    private final ArrowBatches arrow = new ArrowBatches();

    /**
     * @param application id of the application
     * @param folders     for its files; made when the first is written
     * @param faults      made on purpose in this process; usually none
     */
    public ExecutorWiring(
            String application, ExecutorId id, Config config, LocalFolders folders, Clock clock, ProcessFaults faults) {
        this.application = application;
        this.id = id;
        this.config = config;
        this.folders = folders;
        this.clock = clock;
        this.faults = faults;
        this.disk = faults.disk(Disk.system());
    }

    /**
     * An executor in the driver's process: its blocks are the driver's, and its shuffles are read by reference.
     *
     * @param idleWork what its slots do before they sleep
     * @param blocks   the driver's; borrowed
     * @param memory   of the process, which the blocks are in
     */
    public Executor inProcess(
            DriverLink driver,
            IdleWork idleWork,
            BlockManager blocks,
            MemoryBudget memory,
            ValueSerializer serializer,
            ClassLoader classes,
            int slots) {
        DirectBuffers.show(memory, blocks);
        Compression compression = compression(LinkSpeed.sameHost());
        KeptMapOutputs kept = mapOutputs(Durability.MEMORY, compression, memory, serializer, classes);
        ShuffleStorage shuffles = kept.storage();
        LocatedShuffles sources = inProcess(driver, shuffles);
        DataPlane data = new DataPlane(
                id,
                blocks,
                broadcasts(blocks, serializer, driver, false),
                shuffles,
                sources,
                takeovers(kept, sources, driver),
                spills(compression),
                new CheckpointFiles(config, arrow, compression, disk),
                memory,
                slots,
                driver,
                false);
        return new Executor(
                ExecutorSettings.of(config, slots).before(faults.beforeTask()),
                driver,
                data,
                ApplicationClasses.of(classes),
                serializer,
                clock,
                idleWork,
                (code, why) -> LOG.warn("{}", why));
    }

    /** An executor in a process of its own, which {@code fatal} ends. Fetches the application's jars before it is ready. */
    Executor remote(
            DriverLink driver,
            Connection driverConnection,
            Transport transport,
            PeerServer server,
            Registered welcome,
            int slots,
            Executor.Fatal fatal) {
        ClassLoader classes = new ShippedClasses(
                        driverConnection,
                        welcome.artifacts(),
                        folders.all().get(0).resolve("jars"),
                        ExecutorWiring.class.getClassLoader())
                .get();
        Thread.currentThread().setContextClassLoader(classes);
        ValueSerializer serializer = new KryoValueSerializer(classes);
        Peers peers = new Peers(
                application,
                DRIVER,
                transport,
                executor -> executor.equals(DRIVER)
                        ? CompletableFuture.completedFuture(List.of(welcome.driverAddress()))
                        : driver.ask(new DriverQuery.LocateExecutor(executor)));
        peers.adopt(DRIVER, driverConnection);
        BlockSettings blockSettings = BlockSettings.of(config);
        MemoryBudget memory = blockSettings.budget(Runtime.getRuntime().maxMemory(), config.get(ReservedHeap.SIZE));
        String host = HostIdentity.ofThisProcess();
        BlockManager blocks = new BlockManager(
                id,
                blockSettings,
                memory,
                folders.below("blocks"),
                arrow,
                block -> holders(driver, block),
                new RemoteBlocks(
                        peers::connection,
                        MessageType.FETCH_BLOCK,
                        blockSettings.fetchTimeout(),
                        clock,
                        config.get(BlockSettings.READ_HOST_LOCAL_DISK) ? host : ""),
                Pause.sleeping());
        DirectBuffers.show(memory, blocks);
        ChunkFetcher fetcher = new RemoteChunks(peers::connect, MessageType.FETCH_SHUFFLE);
        MeasuredLink link = new MeasuredLink(CompressionSettings.of(config).assumedLink(), clock);
        Compression compression = compression(isOnThisHost(welcome.driverAddress()) ? LinkSpeed.sameHost() : link);
        KeptMapOutputs shuffles = mapOutputs(Durability.FILES, compression, memory, serializer, classes);
        LocatedShuffles sources = new LocatedShuffles(
                driver,
                shuffles.storage(),
                arrow,
                fetcher,
                SameHost.of(config, host, Disk.system()),
                new ReadAhead(
                        fetcher,
                        new MapOutputMemory(memory.execution("map outputs fetched ahead")),
                        ReadAheadSettings.of(config),
                        host),
                link,
                config);
        ExecutorService workers = StreamWorkers.start("data-server", config);
        ShuffleServer shuffleServer = new ShuffleServer(shuffles.store(), host, Runnable::run, workers);
        BlockServer blockServer = new BlockServer(blocks, host, Runnable::run);
        server.open(
                new PeerServer.Streams() {
                    @Override
                    public void serveShuffle(ByteBuffer request, StreamSender sender) {
                        shuffleServer.answer(request, sender);
                    }

                    @Override
                    public void serveBlock(ByteBuffer request, StreamSender sender) {
                        blockServer.onStream(request, sender);
                    }
                },
                workers);
        DataPlane data = new DataPlane(
                id,
                blocks,
                broadcasts(blocks, serializer, driver, true),
                shuffles.storage(),
                sources,
                takeovers(shuffles, sources, driver),
                spills(compression),
                new CheckpointFiles(config, arrow, compression, disk),
                memory,
                slots,
                driver,
                true);
        return new Executor(
                ExecutorSettings.of(config, slots).before(faults.beforeTask()),
                driver,
                data,
                ApplicationClasses.of(classes),
                serializer,
                clock,
                null,
                fatal);
    }

    /** All map outputs are here. */
    private LocatedShuffles inProcess(DriverLink driver, ShuffleStorage shuffles) {
        ChunkFetcher nobody = LocatedShuffles.nobodyElse();
        ReadAhead nothing = new ReadAhead(nobody, ChunkMemory.UNLIMITED, ReadAheadSettings.OFF, "");
        return new LocatedShuffles(driver, shuffles, arrow, nobody, SameHost.NOBODY, nothing, FetchMeter.NONE, config);
    }

    /** @param owner whether the chunks are this executor's own */
    private Broadcasts broadcasts(BlockManager blocks, ValueSerializer serializer, DriverLink driver, boolean owner) {
        return new Broadcasts(
                blocks, serializer, new RemoteGuide(driver), BlockSettings.of(config), Pause.sleeping(), owner);
    }

    /** A driver that is reached over loopback has all of its executors on its own host. */
    private static boolean isOnThisHost(HostPort driver) {
        InetAddress address = driver.toSocketAddress().getAddress();
        return address != null && address.isLoopbackAddress();
    }

    private Compression compression(LinkSpeed toReaders) {
        return new Compression(CompressionSettings.of(config), toReaders, clock);
    }

    private KeptMapOutputs mapOutputs(
            Durability durability,
            Compression compression,
            MemoryBudget memory,
            ValueSerializer serializer,
            ClassLoader classes) {
        KeptMapOutputs.Means means =
                new KeptMapOutputs.Means(application, id, config, clock, arrow, disk, memory, serializer, classes);
        return KeptMapOutputs.open(means, folders.below("shuffle"), durability, compression);
    }

    private Takeovers takeovers(KeptMapOutputs kept, LocatedShuffles sources, DriverLink driver) {
        return new Takeovers(kept.store(), sources, driver, config.get(HandoverSettings.TRANSFERS));
    }

    private SpillFolder spills(Compression compression) {
        return new SpillFolder(
                folders.below("spill"), arrow, compression, disk, config.get(ShuffleSettings.MAX_OPEN_FILES));
    }

    private static List<ExecutorId> holders(DriverLink driver, BlockId block) throws IOException {
        return answer(driver.ask(new DriverQuery.LocateBlock(block)));
    }

    /** Waits for the driver's answer, on a task's thread. */
    static <A> A answer(CompletableFuture<A> asked) throws IOException {
        try {
            return asked.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new IOException(
                    "the driver could not answer: " + failed.getCause().getMessage(), failed.getCause());
        } catch (TimeoutException late) {
            throw new IOException("the driver did not answer within " + ANSWER_SECONDS + " s", late);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the driver", stopped);
        }
    }
}
