package dev.quiver.block.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.block.BlockManager;
import dev.quiver.block.BlockSettings;
import dev.quiver.block.Pause;
import dev.quiver.block.folder.LocalFolders;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.transfer.BlockServer;
import dev.quiver.block.transfer.RemoteBlocks;
import dev.quiver.config.Config;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.ExecutorId;
import dev.quiver.rpc.Connection;
import dev.quiver.rpc.ConnectionHandler;
import dev.quiver.rpc.Credentials;
import dev.quiver.rpc.PeerPolicy;
import dev.quiver.rpc.RpcException;
import dev.quiver.rpc.RpcSettings;
import dev.quiver.rpc.StreamSender;
import dev.quiver.rpc.Transport;
import dev.quiver.rpc.tls.PeerIdentity;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.time.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A value of 64 MiB to ten executors that start together, over real sockets; every byte that is sent is counted. */
class TenExecutorsTest {
    private static final int STREAM = 17;
    private static final int EXECUTORS = 10;
    private static final int BYTES = 64 << 20;
    private static final BroadcastId ID = new BroadcastId(1);
    private static final ExecutorId DRIVER = new ExecutorId("driver", 0);

    @TempDir
    Path folder;

    private final byte[] secret = new byte[Credentials.SECRET_BYTES];
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<ExecutorId, Node> nodes = new ConcurrentHashMap<>();

    /** Reads a value as its checksum, so that ten of them fit into this process. */
    private static final ValueSerializer SUMS = new ValueSerializer() {
        @Override
        public byte[] write(Object value) {
            return (byte[]) value;
        }

        @Override
        public Object read(byte[] bytes, int offset, int length) {
            throw new AssertionError("large values are read from streams");
        }

        @Override
        public void write(Object value, OutputStream to) throws IOException {
            to.write((byte[]) value);
        }

        @Override
        public Object read(InputStream from) throws IOException {
            CRC32C sum = new CRC32C();
            byte[] buffer = new byte[1 << 16];
            for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
                sum.update(buffer, 0, count);
            }
            return sum.getValue();
        }
    };

    /** A process: what it keeps, serves and fetches. */
    private final class Node implements AutoCloseable {
        final AtomicLong sentBytes = new AtomicLong();
        final Transport transport;
        final InetSocketAddress address;
        final BlockManager blocks;
        private final PeerIdentity identity;
        private final Map<ExecutorId, Connection> connections = new ConcurrentHashMap<>();

        Node(ExecutorId id) throws IOException {
            identity = PeerIdentity.executor("app", id.name());
            transport = Transport.create(
                    RpcSettings.defaults().withIoThreads(1),
                    Credentials.sharedSecretWithoutEncryption(identity, secret));
            // Chunks that do not fit into 24 MiB go to disk.
            blocks = new BlockManager(
                    id,
                    BlockSettings.of(Config.empty()),
                    new MemoryBudget(24 << 20, 0.5),
                    LocalFolders.of(folder.resolve(id.name())),
                    new ArrowBatches(),
                    block -> List.of(),
                    new RemoteBlocks(this::connection, STREAM, Duration.ofSeconds(60), Clock.system(), ""),
                    Pause.sleeping());
            BlockServer server = new BlockServer(blocks, "", threads);
            address = transport
                    .listen("127.0.0.1", 0, PeerPolicy.sameApplication(), peer -> new ConnectionHandler() {
                        @Override
                        public void onStream(int type, ByteBuffer request, StreamSender sender) {
                            server.onStream(request, new Counting(sender, sentBytes));
                        }
                    })
                    .address();
        }

        private Connection connection(ExecutorId to) throws IOException {
            return connections.computeIfAbsent(to, id -> {
                Node node = nodes.get(id);
                return transport
                        .connect(node.address, PeerPolicy.exactly(node.identity), peer -> new ConnectionHandler() {})
                        .orTimeout(30, TimeUnit.SECONDS)
                        .join();
            });
        }

        @Override
        public void close() {
            blocks.close();
            transport.close();
        }
    }

    private record Counting(StreamSender sender, AtomicLong count) implements StreamSender {
        @Override
        public void send(ByteBuffer data) throws RpcException {
            count.addAndGet(data.remaining());
            sender.send(data);
        }

        @Override
        public void send(FileChannel file, long offset, long length) throws IOException {
            count.addAndGet(length);
            sender.send(file, offset, length);
        }

        @Override
        public void end() {
            sender.end();
        }

        @Override
        public void fail(String message) {
            sender.fail(message);
        }

        @Override
        public boolean isDone() {
            return sender.isDone();
        }

        @Override
        public void onOver(Runnable callback) {
            sender.onOver(callback);
        }
    }

    @AfterEach
    void stop() {
        nodes.values().forEach(Node::close);
        threads.shutdownNow();
    }

    @Test
    void theDriverSendsAtMostThreeTimesTheSizeOfTheValue() throws Exception {
        byte[] value = new byte[BYTES];
        new Random(7).nextBytes(value);
        CRC32C sum = new CRC32C();
        sum.update(value);
        Random random = new Random(3);
        Swarms swarms = new Swarms(DRIVER, Clock.system(), bound -> {
            synchronized (random) {
                return random.nextInt(bound);
            }
        });
        Node driver = new Node(DRIVER);
        nodes.put(DRIVER, driver);
        BroadcastStore store = new BroadcastStore(driver.blocks, SUMS, BroadcastSettings.of(Config.empty()));
        swarms.offer(ID, store.write(ID, value, ChunkCodec.NONE), "here");

        CyclicBarrier together = new CyclicBarrier(EXECUTORS);
        List<Callable<Object>> asks = new ArrayList<>();
        for (int number = 0; number < EXECUTORS; number++) {
            ExecutorId id = new ExecutorId(String.valueOf(number), 0);
            nodes.put(id, new Node(id));
            Broadcasts broadcasts = new Broadcasts(
                    nodes.get(id).blocks,
                    SUMS,
                    guide(swarms, id),
                    BlockSettings.of(Config.empty()),
                    Pause.sleeping(),
                    true);
            asks.add(() -> {
                together.await();
                return broadcasts.value(ID);
            });
        }
        for (Future<Object> read : threads.invokeAll(asks)) {
            assertThat(read.get()).isEqualTo(sum.getValue());
        }
        long sent =
                nodes.values().stream().mapToLong(node -> node.sentBytes.get()).sum();
        assertThat(sent).as("bytes that came to executors").isGreaterThanOrEqualTo((long) EXECUTORS * BYTES);
        assertThat(driver.sentBytes.get()).as("bytes sent by the driver").isBetween((long) BYTES, 3L * BYTES);
    }

    private static BroadcastGuide guide(Swarms swarms, ExecutorId id) {
        return new BroadcastGuide() {
            @Override
            public BroadcastManifest manifest(BroadcastId broadcast) {
                return swarms.manifest(broadcast).orElseThrow();
            }

            @Override
            public ChunkAdvice next(BroadcastId broadcast, BitSet held, Optional<Missed> missed) {
                return swarms.next(id, broadcast, held, missed);
            }
        };
    }
}
