package dev.quiver.block.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.StorageLevel;
import dev.quiver.block.BlockManager;
import dev.quiver.block.BlockSettings;
import dev.quiver.block.folder.LocalFolders;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.config.Config;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.BlockWriter;
import dev.quiver.id.BlockId;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import dev.quiver.rpc.Connection;
import dev.quiver.rpc.ConnectionHandler;
import dev.quiver.rpc.Credentials;
import dev.quiver.rpc.PeerPolicy;
import dev.quiver.rpc.RpcSettings;
import dev.quiver.rpc.StreamSender;
import dev.quiver.rpc.Transport;
import dev.quiver.rpc.tls.PeerIdentity;
import dev.quiver.shape.Shape.Scalar;
import dev.quiver.time.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks over real sockets on loopback. */
class RemoteBlocksTest {
    private static final int STREAM = 17;
    private static final ExecutorId HOLDER = new ExecutorId("1", 0);
    private static final BlockId CACHED = new BlockId.CachedPartition(new DatasetId(1), 2);
    private static final BlockId BROADCAST = new BlockId.BroadcastChunk(new BroadcastId(3), 0);

    @TempDir
    Path folder;

    private final MemoryBudget budget = new MemoryBudget(1 << 26, 0.5);
    private final ArrowBatches arrow = new ArrowBatches();
    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private Transport server;
    private Transport client;
    private Connection connection;
    private BlockManager holder;
    private BlockManager reader;
    private volatile boolean broken;

    @BeforeEach
    void connect() throws Exception {
        byte[] secret = new byte[Credentials.SECRET_BYTES];
        PeerIdentity serverName = PeerIdentity.executor("app", "exec-1");
        RpcSettings settings = RpcSettings.defaults().withIoThreads(1);
        server = Transport.create(settings, Credentials.sharedSecretWithoutEncryption(serverName, secret));
        client = Transport.create(
                settings, Credentials.sharedSecretWithoutEncryption(PeerIdentity.executor("app", "exec-2"), secret));
        BlockSettings blocks = BlockSettings.of(Config.empty());
        holder = new BlockManager(
                HOLDER,
                blocks,
                new MemoryBudget(1 << 26, 0.5),
                LocalFolders.of(folder.resolve("1")),
                arrow,
                block -> List.of(),
                (from, block) -> {
                    throw new IOException("nobody to ask");
                },
                pause -> {});
        BlockServer blockServer = new BlockServer(holder, workers);
        var endpoint = server.listen("127.0.0.1", 0, PeerPolicy.sameApplication(), peer -> new ConnectionHandler() {
            @Override
            public void onStream(int type, ByteBuffer request, StreamSender sender) {
                if (broken) {
                    sender.fail("out of order");
                } else {
                    blockServer.onStream(request, sender);
                }
            }
        });
        connection = client.connect(
                        endpoint.address(), PeerPolicy.exactly(serverName), peer -> new ConnectionHandler() {})
                .get(30, TimeUnit.SECONDS);
        reader = new BlockManager(
                new ExecutorId("2", 0),
                blocks,
                budget,
                LocalFolders.of(folder.resolve("2")),
                arrow,
                block -> List.of(HOLDER),
                remote(),
                pause -> {});
    }

    private RemoteBlocks remote() {
        return new RemoteBlocks(executor -> connection, STREAM, Duration.ofSeconds(30), Clock.system());
    }

    @AfterEach
    void close() {
        reader.close();
        holder.close();
        client.close();
        server.close();
        workers.shutdownNow();
        assertThat(client.bufferBytesInUse()).isZero();
        assertThat(server.bufferBytesInUse()).isZero();
        assertThat(budget.freeBytes()).isEqualTo(budget.totalBytes());
        assertThat(folder.resolve("1")).doesNotExist();
    }

    @Test
    void fetchesBlocksFromMemoryAndFromDisk() throws Exception {
        for (StorageLevel level : List.of(StorageLevel.MEMORY_ONLY, StorageLevel.DISK_ONLY)) {
            ColumnBatch batch = longs(300_000);
            try (BlockWriter writer = holder.writer(CACHED, level)) {
                writer.write(batch);
                writer.write(batch);
                assertThat(writer.commit()).isTrue();
            }
            int rows = 0;
            try (BatchSource source = reader.read(CACHED).orElseThrow()) {
                for (ColumnBatch next = source.next(); next != null; next = source.next()) {
                    assertThat(((Column.Longs) next.columns().get(0)).values())
                            .isEqualTo(((Column.Longs) batch.columns().get(0)).values());
                    rows += next.rows();
                }
            }
            assertThat(rows).isEqualTo(600_000);
            holder.remove(CACHED);
            assertThat(reader.read(CACHED)).isEmpty();
        }
    }

    @Test
    void fetchesAChunkOfABroadcastValue() throws Exception {
        byte[] value = new byte[10_000_000];
        new Random(5).nextBytes(value);
        holder.putBlob(BROADCAST, value);
        byte[] fetched = reader.fetchBlob(HOLDER, BROADCAST).orElseThrow();
        assertThat(Arrays.equals(fetched, value)).isTrue();
    }

    @Test
    void stopsTheSenderWhenTheReaderClosesEarly() throws Exception {
        holder.putBlob(BROADCAST, new byte[50_000_000]);
        InputStream input = remote().open(HOLDER, BROADCAST);
        assertThat(input.read()).isEqualTo('Q');
        input.close();
        assertThatThrownBy(input::readAllBytes).isInstanceOf(IOException.class);
        assertThat(reader.fetchBlob(HOLDER, BROADCAST)).isPresent();
    }

    @Test
    void countsABlockAsLostWhenItsHolderFailsEveryTime() throws Exception {
        holder.putBlob(BROADCAST, new byte[10]);
        broken = true;
        assertThat(reader.fetchBlob(HOLDER, BROADCAST)).isEmpty();
        broken = false;
        assertThat(reader.fetchBlob(HOLDER, BROADCAST)).isPresent();
    }

    @Test
    void countsABlockAsLostWhenTheConnectionIsGone() throws Exception {
        holder.putBlob(BROADCAST, new byte[10]);
        connection.close("test");
        connection.closed().get(30, TimeUnit.SECONDS);
        assertThat(reader.fetchBlob(HOLDER, BROADCAST)).isEmpty();
    }

    private static ColumnBatch longs(int rows) {
        return new ColumnBatch(
                Scalar.LONG,
                rows,
                List.of(new Column.Longs(new Random(1).longs(rows).toArray(), null)));
    }
}
