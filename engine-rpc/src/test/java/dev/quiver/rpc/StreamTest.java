package dev.quiver.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamTest {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final long SEED = 4711;
    private static final int KIBI = 1 << 10;

    private final ExecutorService workers = Executors.newCachedThreadPool();

    @TempDir
    Path directory;

    /** What a stream does on its worker thread. */
    @FunctionalInterface
    interface Producer {
        void produce(int type, StreamSender sender) throws Exception;
    }

    @AfterEach
    void stopWorkers() {
        workers.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void deliversEveryByteInOrderThroughAnyWindow(boolean tls) throws Exception {
        byte[] data = randomBytes(3_000_017);
        try (Peers peers = peers(tls, 64 * KIBI, (type, sender) -> {
            sender.send(ByteBuffer.wrap(data, 0, 1000));
            sender.send(ByteBuffer.wrap(data, 1000, data.length - 1000));
            sender.end();
        })) {
            Connection connection = peers.connect();
            for (int window : new int[] {5_000, 64 * KIBI, 16 << 20}) {
                CollectingReceiver receiver = new CollectingReceiver(true);
                connection.openStream(1, NOTHING, receiver, window);
                assertThat(Arrays.equals(Peers.await(receiver.result), data))
                        .as("window %d, seed %d", window, SEED)
                        .isTrue();
            }
            assertThat(peers.driver.metrics().snapshot().streamsSending()).isZero();
            assertThat(peers.executor.metrics().snapshot().streamsReceiving()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void deliversARangeOfAFileAndLeavesTheFileOpen(boolean tls) throws Exception {
        byte[] data = randomBytes(1_000_003);
        Path path = Files.write(directory.resolve("block"), data);
        try (FileChannel file = FileChannel.open(path);
                Peers peers = peers(tls, 64 * KIBI, (type, sender) -> {
                    sender.send(file, 17, data.length - 40);
                    sender.send(ByteBuffer.wrap(data, data.length - 23, 23));
                    sender.end();
                })) {
            CollectingReceiver receiver = new CollectingReceiver(true);
            peers.connect().openStream(1, NOTHING, receiver, 256 * KIBI);

            assertThat(Peers.await(receiver.result)).isEqualTo(Arrays.copyOfRange(data, 17, data.length));
            assertThat(file.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void refusesARangeBeyondTheEndOfAFile(boolean tls) throws Exception {
        Path path = Files.write(directory.resolve("short"), new byte[100]);
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        try (FileChannel file = FileChannel.open(path);
                Peers peers = peers(tls, 64 * KIBI, (type, sender) -> {
                    try {
                        sender.send(file, 50, 51);
                    } catch (IOException e) {
                        thrown.complete(e);
                        sender.fail("block is shorter than its index says");
                    }
                })) {
            CollectingReceiver receiver = new CollectingReceiver(true);
            peers.connect().openStream(1, NOTHING, receiver);

            assertThatThrownBy(() -> Peers.await(receiver.result))
                    .hasCauseInstanceOf(RpcException.RemoteFailure.class)
                    .hasMessageContaining("shorter than its index");
            assertThat(Peers.await(thrown)).isInstanceOf(EOFException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReceiverThatClosesNothingHoldsItsWindowAndNoMoreWhileOthersAreServed(boolean tls) throws Exception {
        int window = 256 * KIBI;
        int total = 8 << 20;
        try (Peers peers = peers(tls, 64 * KIBI, (type, sender) -> {
            sender.send(ByteBuffer.allocate(total));
            sender.end();
        })) {
            Connection connection = peers.connect();
            CollectingReceiver slow = new CollectingReceiver(false);
            connection.openStream(1, NOTHING, slow, window);
            Peers.await(slow.received(window));

            CollectingReceiver fast = new CollectingReceiver(true);
            connection.openStream(1, NOTHING, fast, window);
            assertThat(Peers.await(fast.result)).hasSize(total);
            assertThat(Peers.await(connection.ask(1, new byte[3])).remaining()).isEqualTo(3);
            assertThat(slow.bytes()).isEqualTo(window);
            assertThat(peers.executor.bufferBytesInUse()).isLessThan(window + 256L * KIBI);
            assertThat(peers.driver.bufferBytesInUse())
                    .isLessThan(RpcLimits.defaults().streamSendBuffer());

            slow.closeHeldAndGoOn();
            assertThat(Peers.await(slow.result)).hasSize(total);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cancellingStopsTheSender(boolean tls) throws Exception {
        CompletableFuture<Throwable> stopped = new CompletableFuture<>();
        try (Peers peers = peers(tls, 64 * KIBI, (type, sender) -> {
            try {
                while (true) {
                    sender.send(ByteBuffer.allocate(10_000));
                }
            } catch (IOException e) {
                stopped.complete(e);
            }
        })) {
            Connection connection = peers.connect();
            CollectingReceiver receiver = new CollectingReceiver(false);
            StreamSubscription subscription = connection.openStream(1, NOTHING, receiver, 100 * KIBI);
            Peers.await(receiver.received(100 * KIBI));
            subscription.cancel("enough rows");
            subscription.cancel("enough rows");
            receiver.closeHeldAndGoOn();

            assertThat(Peers.await(stopped))
                    .isInstanceOf(RpcException.StreamCancelled.class)
                    .hasMessageContaining("enough rows");
            assertThat(Peers.await(connection.ask(1, new byte[3])).remaining()).isEqualTo(3);
            assertThat(receiver.result).isNotDone();
            assertThat(peers.driver.metrics().snapshot().streamsSending()).isZero();
        }
    }

    @Test
    void cancellingAFileHalfWayLeavesTheConnectionUsable() throws Exception {
        Path path = Files.write(directory.resolve("large"), new byte[8 << 20]);
        CompletableFuture<Throwable> stopped = new CompletableFuture<>();
        try (Peers peers = peers(false, 64 * KIBI, (type, sender) -> {
            try (FileChannel file = FileChannel.open(path)) {
                sender.send(file, 0, file.size());
            } catch (IOException e) {
                stopped.complete(e);
            }
        })) {
            Connection connection = peers.connect();
            CollectingReceiver receiver = new CollectingReceiver(false);
            StreamSubscription subscription = connection.openStream(1, NOTHING, receiver, 1 << 20);
            Peers.await(receiver.received(1 << 20));
            subscription.cancel("enough");
            receiver.closeHeldAndGoOn();

            assertThat(Peers.await(stopped)).isInstanceOf(RpcException.StreamCancelled.class);
            assertThat(Peers.await(connection.ask(1, new byte[3])).remaining()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void losingTheConnectionEndsBothSidesOfAStream(boolean tls) throws Exception {
        CompletableFuture<Throwable> stopped = new CompletableFuture<>();
        try (Peers peers = peers(tls, 64 * KIBI, (type, sender) -> {
            try {
                sender.send(ByteBuffer.allocate(1 << 20));
            } catch (IOException e) {
                stopped.complete(e);
            }
        })) {
            Connection connection = peers.connect();
            CollectingReceiver receiver = new CollectingReceiver(false);
            connection.openStream(1, NOTHING, receiver, 100 * KIBI);
            Peers.await(receiver.received(100 * KIBI));
            connection.close("executor is shutting down");

            assertThat(Peers.await(stopped)).hasMessageContaining("executor is shutting down");
            assertThatThrownBy(() -> Peers.await(receiver.result)).hasMessageContaining("executor is shutting down");
            receiver.closeHeldAndGoOn();
            CollectingReceiver late = new CollectingReceiver(true);
            connection.openStream(1, NOTHING, late);
            assertThatThrownBy(() -> Peers.await(late.result)).hasMessageContaining("executor is shutting down");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSenderHearsOnceThatItsStreamIsOverHoweverThatComes(boolean tls) throws Exception {
        BlockingQueue<String> over = new LinkedBlockingQueue<>();
        try (Peers peers = peers(tls, 64 * KIBI, (type, sender) -> {
            sender.onOver(() -> over.add("stream " + type));
            sender.send(ByteBuffer.allocate(10));
            if (type == 1) {
                sender.end();
            }
        })) {
            Connection connection = peers.connect();
            CollectingReceiver whole = new CollectingReceiver(true);
            connection.openStream(1, NOTHING, whole);
            Peers.await(whole.result);
            assertThat(over.poll(30, TimeUnit.SECONDS)).isEqualTo("stream 1");
            StreamSubscription held = connection.openStream(2, NOTHING, new CollectingReceiver(true));
            connection.openStream(3, NOTHING, new CollectingReceiver(true));
            held.cancel("the lease is given back");
            assertThat(over.poll(30, TimeUnit.SECONDS)).isEqualTo("stream 2");
            assertThat(over).isEmpty();
            connection.close("the receiver is gone");
            assertThat(over.poll(30, TimeUnit.SECONDS)).isEqualTo("stream 3");
        }
        assertThat(over).isEmpty();
    }

    @Test
    void aSenderWhoseReceiverTakesNothingGivesUp() throws Exception {
        RpcSettings settings =
                Peers.settings().withTimeouts(RpcTimeouts.defaults().withStreamStall(Duration.ofMillis(50)));
        try (Peers peers = peers(false, settings, (type, sender) -> {
            try {
                sender.send(ByteBuffer.allocate(2_000));
            } catch (RpcException.StreamStalled e) {
                sender.fail(e.getMessage());
            }
        })) {
            CollectingReceiver receiver = new CollectingReceiver(false);
            peers.connect().openStream(1, NOTHING, receiver, 1_000);

            assertThatThrownBy(() -> Peers.await(receiver.result)).hasMessageContaining("took nothing for PT0.05S");
            receiver.closeHeldAndGoOn();
        }
    }

    @Test
    void aFailingReceiverCancelsItsStreamOnly() throws Exception {
        try (Peers peers = peers(false, 64 * KIBI, (type, sender) -> sender.send(ByteBuffer.allocate(1 << 20)))) {
            Connection connection = peers.connect();
            CompletableFuture<RpcException> heard = new CompletableFuture<>();
            connection.openStream(1, NOTHING, new StreamReceiver() {
                @Override
                public void onChunk(Chunk chunk) {
                    throw new IllegalStateException("cannot decode");
                }

                @Override
                public void onEnd() {}

                @Override
                public void onError(RpcException cause) {
                    heard.complete(cause);
                }
            });

            assertThat(Peers.await(heard)).hasMessageContaining("cannot decode");
            assertThat(Peers.await(connection.ask(1, new byte[3])).remaining()).isEqualTo(3);
        }
    }

    @Test
    void sendingOnAnIoThreadIsRefusedAndFailsTheStream() throws Exception {
        try (Peers peers = new Peers(false, Peers.settings())) {
            peers.listen(connection -> new Echo() {
                @Override
                public void onStream(int type, ByteBuffer request, StreamSender sender) {
                    try {
                        sender.send(ByteBuffer.allocate(1));
                    } catch (RpcException e) {
                        throw new AssertionError(e);
                    }
                }
            });
            CollectingReceiver receiver = new CollectingReceiver(true);
            peers.connect().openStream(1, NOTHING, receiver);

            assertThatThrownBy(() -> Peers.await(receiver.result)).hasMessageContaining("Hand the sender to a worker");
        }
    }

    @Test
    void aSenderThatExceedsItsCreditLosesTheConnection() throws Exception {
        try (Peers peers = new Peers(false, Peers.settings()).listen(connection -> new Echo());
                RawPeer raw = new RawPeer(peers.endpoint.address()).authenticate()) {
            Connection connection = Peers.await(peers.accepted);
            CollectingReceiver receiver = new CollectingReceiver(true);
            connection.openStream(1, NOTHING, receiver, 100);
            raw.readBody(FrameKind.STREAM_OPEN);
            raw.offer(RawPeer.frame(FrameKind.STREAM_CHUNK, 1, 0, new byte[101]));

            assertThat(Peers.await(connection.closed())).isInstanceOf(RpcException.MalformedFrame.class);
            assertThatThrownBy(() -> Peers.await(receiver.result)).hasMessageContaining("more than its credit");
        }
    }

    @Test
    void aChunkCutOffByAResetIsReleased() throws Exception {
        try (Peers peers = new Peers(false, Peers.settings()).listen(connection -> new Echo());
                RawPeer raw = new RawPeer(peers.endpoint.address()).authenticate()) {
            Connection connection = Peers.await(peers.accepted);
            CollectingReceiver receiver = new CollectingReceiver(true);
            connection.openStream(1, NOTHING, receiver, 100_000);
            raw.readBody(FrameKind.STREAM_OPEN);
            raw.out.write(Arrays.copyOf(RawPeer.frame(FrameKind.STREAM_CHUNK, 1, 0, new byte[100_000]), 50_000));
            raw.reset();

            assertThatThrownBy(() -> Peers.await(receiver.result))
                    .hasCauseInstanceOf(RpcException.ConnectionClosed.class);
        }
    }

    private Peers peers(boolean tls, int chunk, Producer producer) throws Exception {
        RpcLimits limits = RpcLimits.defaults().withChunk(chunk, 4 << 20);
        return peers(tls, Peers.settings().withLimits(limits), producer);
    }

    private Peers peers(boolean tls, RpcSettings settings, Producer producer) throws Exception {
        return new Peers(tls, settings).listen(connection -> new Echo() {
            @Override
            public void onStream(int type, ByteBuffer request, StreamSender sender) {
                workers.execute(() -> {
                    try {
                        producer.produce(type, sender);
                    } catch (Exception e) {
                        sender.fail("the producer failed: " + e);
                    }
                });
            }
        });
    }

    private static byte[] randomBytes(int size) {
        byte[] bytes = new byte[size];
        new Random(SEED).nextBytes(bytes);
        return bytes;
    }
}
