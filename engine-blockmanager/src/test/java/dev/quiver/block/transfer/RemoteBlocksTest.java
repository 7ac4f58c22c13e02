package dev.quiver.block.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.StorageLevel;
import dev.quiver.block.BlockManager;
import dev.quiver.block.BlockSettings;
import dev.quiver.block.BlockTransfer;
import dev.quiver.block.TaskBlocks;
import dev.quiver.block.folder.LocalFolders;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.wire.BlockFrames;
import dev.quiver.block.wire.FilePlaces;
import dev.quiver.block.wire.FrameSink;
import dev.quiver.block.wire.FrameWriter;
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
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks over real sockets on loopback. */
class RemoteBlocksTest {
    private static final int STREAM = 17;
    private static final ExecutorId HOLDER = new ExecutorId("1", 0);
    private static final String HOST = "the host of this test";
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
    private volatile String host = "";

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
        BlockServer blockServer = new BlockServer(holder, HOST, workers);
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
        reader = reader(remote());
    }

    private BlockManager reader(BlockTransfer transfer) {
        return new BlockManager(
                new ExecutorId("2", 0),
                BlockSettings.of(Config.empty()),
                budget,
                LocalFolders.of(folder.resolve("2")),
                arrow,
                block -> List.of(HOLDER),
                transfer,
                pause -> {});
    }

    /** A reader on the host of the block's holder. */
    private void readOnTheSameHost() {
        host = HOST;
        reader.close();
        reader = reader(remote());
    }

    private RemoteBlocks remote() {
        return new RemoteBlocks(executor -> connection, STREAM, Duration.ofSeconds(30), Clock.system(), host);
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

    /** Two shapes, so two files. */
    private void holdOnDisk(StorageLevel level) throws Exception {
        try (BlockWriter writer = holder.writer(CACHED, level)) {
            for (int batch = 0; batch < 4; batch++) {
                writer.write(longs(50_000));
                writer.write(new ColumnBatch(Scalar.INT, 1, List.of(new Column.Ints(new int[] {batch}, null))));
            }
            assertThat(writer.commit()).isTrue();
        }
    }

    private static int rows(BatchSource source) throws Exception {
        int rows = 0;
        try (source) {
            for (ColumnBatch next = source.next(); next != null; next = source.next()) {
                if (next.columns().get(0) instanceof Column.Longs longs) {
                    assertThat(longs.values())
                            .isEqualTo(((Column.Longs) longs(50_000).columns().get(0)).values());
                }
                rows += next.rows();
            }
        }
        return rows;
    }

    private List<Path> filesOfHolder() throws IOException {
        try (Stream<Path> walk = Files.walk(folder.resolve("1"))) {
            return walk.filter(Files::isRegularFile).toList();
        }
    }

    private long received() throws Exception {
        InputStream answer = remote().openNear(HOLDER, CACHED);
        try (answer) {
            return answer.readAllBytes().length;
        }
    }

    @Test
    void readsABlockOfAnotherProcessOfThisHostFromItsFiles() throws Exception {
        holdOnDisk(StorageLevel.DISK_ONLY);
        assertThat(filesOfHolder()).hasSize(2);
        assertThat(received()).as("bytes of a block for another host").isGreaterThan(1_600_000);
        readOnTheSameHost();
        assertThat(received()).as("bytes of a block for this host").isLessThan(2_000);
        BatchSource source = reader.read(CACHED).orElseThrow();
        assertThat(source.next()).isNotNull();
        holder.remove(CACHED);
        assertThat(filesOfHolder()).isEmpty();
        assertThat(rows(source)).as("what is open stays readable").isEqualTo(150_004);
        assertThat(reader.read(CACHED)).isEmpty();
    }

    @Test
    void aBlockInMemoryIsSentAlsoOnOneHost() throws Exception {
        readOnTheSameHost();
        holdOnDisk(StorageLevel.MEMORY_ONLY);
        assertThat(rows(reader.read(CACHED).orElseThrow())).isEqualTo(200_004);
    }

    @Test
    void aBlockWhoseFilesCannotBeOpenedHereIsSent() throws Exception {
        readOnTheSameHost();
        holdOnDisk(StorageLevel.DISK_ONLY);
        List<String> asked = new ArrayList<>();
        BlockTransfer otherPaths = new BlockTransfer() {
            @Override
            public InputStream open(ExecutorId from, BlockId block) throws IOException {
                asked.add("for the block");
                return remote().open(from, block);
            }

            @Override
            public InputStream openNear(ExecutorId from, BlockId block) throws IOException {
                asked.add("for its files");
                ByteArrayOutputStream answer = new ByteArrayOutputStream();
                FrameWriter frames = new FrameWriter(intoBytes(answer));
                frames.start(BlockFrames.Answer.FILES);
                frames.schema(arrow.schemaMessage(longs(1)));
                frames.file(new FilePlaces.File(
                        folder.resolve("seen by the holder only").toString(), 1_000));
                frames.places(List.of(new FilePlaces.Place(0, 8, 100, 77)));
                frames.end();
                return new ByteArrayInputStream(answer.toByteArray());
            }
        };
        reader.close();
        reader = reader(otherPaths);
        assertThat(rows(reader.read(CACHED).orElseThrow())).isEqualTo(200_004);
        assertThat(asked).containsExactly("for its files", "for the block");
    }

    private static FrameSink intoBytes(ByteArrayOutputStream out) {
        return new FrameSink() {
            @Override
            public void send(ByteBuffer bytes) {
                byte[] copy = new byte[bytes.remaining()];
                bytes.duplicate().get(copy);
                out.writeBytes(copy);
            }

            @Override
            public void send(FileChannel file, long offset, long length) {
                throw new UnsupportedOperationException("no file is sent");
            }
        };
    }

    @Test
    void aBlockThatIsDamagedOnDiskIsDroppedByItsHolder() throws Exception {
        readOnTheSameHost();
        holdOnDisk(StorageLevel.DISK_ONLY);
        Path file = filesOfHolder().get(0);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 4;
        Files.write(file, bytes);
        assertThat(reader.read(CACHED)).isEmpty();
        assertThat(holder.corruptBlocks()).isEqualTo(1);
        assertThat(filesOfHolder()).isEmpty();
    }

    @Test
    void nobodyIsToldOfABlockWhoseTaskHasNotSucceeded() throws Exception {
        readOnTheSameHost();
        TaskBlocks task = holder.forTask(null);
        try (BlockWriter writer = task.writer(CACHED, StorageLevel.DISK_ONLY)) {
            writer.write(longs(10));
            assertThat(writer.commit()).isTrue();
        }
        assertThat(reader.read(CACHED)).isEmpty();
        task.publish();
        assertThat(reader.read(CACHED).map(source -> {
                    source.close();
                    return true;
                }))
                .contains(true);
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
