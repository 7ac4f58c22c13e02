package dev.quiver.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTest {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eitherSideTellsAndAsks(boolean tls) throws Exception {
        CompletableFuture<String> told = new CompletableFuture<>();
        try (Peers peers = new Peers(tls, Peers.settings()).listen(connection -> new Echo())) {
            Connection toDriver = peers.connect(new Echo() {
                @Override
                public void onTell(int type, ByteBuffer body) {
                    told.complete(type + ":" + body.remaining());
                }
            });
            Connection toExecutor = Peers.await(peers.accepted);

            assertThat(toDriver.peer()).isEqualTo(Peers.DRIVER);
            assertThat(toExecutor.peer()).isEqualTo(Peers.EXECUTOR);
            assertThat(toExecutor.tell(65_535, new byte[3])).isTrue();
            assertThat(Peers.await(told)).isEqualTo("65535:3");
            assertThat(Peers.await(toDriver.ask(1, ByteBuffer.allocate(8).putLong(0, 41)))
                            .getLong())
                    .isEqualTo(41);
            assertThat(Peers.await(toExecutor.ask(2, NOTHING)).hasRemaining()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bodiesOfEverySizeArriveUnchanged(boolean tls) throws Exception {
        long seed = 20_261_121;
        Random random = new Random(seed);
        int largest = RpcLimits.defaults().controlFrame() - Frame.COUNTED_HEADER_BYTES - 4;
        int[] sizes = {1, 4095, 4096, 4097, 16_365, 16_366, 16_367, 65_536, 65_537, 1_000_003, largest};
        try (Peers peers = new Peers(tls, Peers.settings()).listen(connection -> new Echo())) {
            Connection connection = peers.connect();
            for (int size : sizes) {
                byte[] body = new byte[size];
                random.nextBytes(body);
                assertThat(Peers.await(connection.ask(1, body)))
                        .as("%d bytes, seed %d", size, seed)
                        .isEqualTo(ByteBuffer.wrap(body));
            }
            assertThatThrownBy(() -> connection.tell(1, new byte[largest + 1]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("as a stream");
            assertThatThrownBy(() -> connection.tell(65_536, NOTHING)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tellsOfEachThreadArriveInItsOrderAndLeaveTogether(boolean tls) throws Exception {
        int threads = 8;
        int tellsEach = 5_000;
        Map<Integer, Integer> lastOfThread = new ConcurrentHashMap<>();
        AtomicInteger outOfOrder = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(threads * tellsEach);
        try (Peers peers = new Peers(tls, Peers.settings())) {
            peers.listen(connection -> new ConnectionHandler() {
                @Override
                public void onTell(int type, ByteBuffer body) {
                    int number = body.getInt();
                    Integer previous = lastOfThread.put(type, number);
                    if (number != (previous == null ? 0 : previous + 1)) {
                        outOfOrder.incrementAndGet();
                    }
                    all.countDown();
                }
            });
            Connection connection = peers.connect();
            List<Thread> senders = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int type = thread;
                senders.add(new Thread(() -> {
                    for (int i = 0; i < tellsEach; i++) {
                        while (!connection.isWritable()) {
                            Thread.onSpinWait();
                        }
                        connection.tell(type, ByteBuffer.allocate(4 + i % 600).putInt(0, i));
                    }
                }));
            }
            senders.forEach(Thread::start);
            assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();

            assertThat(outOfOrder).hasValue(0);
            RpcMetrics.Snapshot sent = peers.executor.metrics().snapshot();
            assertThat(sent.flushes()).isLessThan(sent.framesOut() / 2);
            for (Thread sender : senders) {
                sender.join();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMessageToldAheadArrivesBeforeTheNextOneAndWithIt(boolean tls) throws Exception {
        List<Integer> types = new ArrayList<>();
        CountDownLatch last = new CountDownLatch(1);
        try (Peers peers = new Peers(tls, Peers.settings())) {
            peers.listen(connection -> new ConnectionHandler() {
                @Override
                public void onTell(int type, ByteBuffer body) {
                    types.add(type);
                    if (type == 199) {
                        last.countDown();
                    }
                }
            });
            Connection connection = peers.connect();
            long flushed = peers.executor.metrics().snapshot().flushes();
            for (int pair = 0; pair < 100; pair++) {
                assertThat(connection.tellAhead(2 * pair, NOTHING)).isTrue();
                assertThat(connection.tell(2 * pair + 1, NOTHING)).isTrue();
            }
            assertThat(last.await(30, TimeUnit.SECONDS)).isTrue();

            assertThat(types).isEqualTo(IntStream.range(0, 200).boxed().toList());
            assertThat(peers.executor.metrics().snapshot().flushes() - flushed).isLessThanOrEqualTo(100);
            connection.close("done");
            assertThat(connection.tellAhead(1, NOTHING)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aThousandAsksAtOnceAreEachGivenTheirOwnAnswer(boolean tls) throws Exception {
        int asks = 1000;
        List<Runnable> answers = new ArrayList<>();
        CompletableFuture<Void> allAsked = new CompletableFuture<>();
        try (Peers peers = new Peers(tls, Peers.settings())) {
            peers.listen(connection -> new ConnectionHandler() {
                @Override
                public void onAsk(int type, ByteBuffer body, Reply reply) {
                    answers.add(() -> reply.ok(body));
                    if (answers.size() == asks) {
                        allAsked.complete(null);
                    }
                }
            });
            Connection connection = peers.connect();
            List<CompletableFuture<ByteBuffer>> futures = new ArrayList<>();
            for (int i = 0; i < asks; i++) {
                futures.add(connection.ask(1, ByteBuffer.allocate(4).putInt(0, i)));
            }
            Peers.await(allAsked);
            assertThat(peers.executor.metrics().snapshot().asksInFlight()).isEqualTo(asks);
            for (int i = asks - 1; i >= 0; i--) {
                answers.get(i).run(); // from this thread, last ask first
            }
            for (int i = 0; i < asks; i++) {
                assertThat(Peers.await(futures.get(i)).getInt()).isEqualTo(i);
            }
            assertThat(peers.executor.metrics().snapshot().asksInFlight()).isZero();
        }
    }

    @Test
    void anAnswerThatFailsCarriesItsMessageMadePrintable() throws Exception {
        try (Peers peers = new Peers(false, Peers.settings())) {
            peers.listen(connection -> new ConnectionHandler() {
                @Override
                public void onAsk(int type, ByteBuffer body, Reply reply) {
                    if (type == 1) {
                        reply.fail("no such block\n\u202E\u001b[31m");
                    } else if (type == 2) {
                        throw new IllegalStateException("broken handler");
                    } else {
                        ConnectionHandler.super.onAsk(type, body, reply);
                    }
                }
            });
            Connection connection = peers.connect();

            assertThatThrownBy(() -> Peers.await(connection.ask(1, NOTHING)))
                    .hasCauseInstanceOf(RpcException.RemoteFailure.class)
                    .hasStackTraceContaining("no such block???[31m");
            assertThatThrownBy(() -> Peers.await(connection.ask(2, NOTHING))).hasStackTraceContaining("broken handler");
            assertThatThrownBy(() -> Peers.await(connection.ask(3, NOTHING)))
                    .hasStackTraceContaining("type 3 are not answered");
            assertThat(connection.isOpen()).isTrue();
        }
    }

    @Test
    void anAskWithoutAnswerTimesOutAndALateAnswerFindsNobody() throws Exception {
        CompletableFuture<Reply> held = new CompletableFuture<>();
        try (Peers peers = new Peers(false, Peers.settings())) {
            peers.listen(connection -> new Echo() {
                @Override
                public void onAsk(int type, ByteBuffer body, Reply reply) {
                    if (type == 9) {
                        held.complete(reply);
                    } else {
                        super.onAsk(type, body, reply);
                    }
                }
            });
            Connection connection = peers.connect();
            CompletableFuture<ByteBuffer> unanswered = connection.ask(9, NOTHING, Duration.ofMillis(1));

            assertThatThrownBy(() -> Peers.await(unanswered))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(RpcException.AskTimedOut.class)
                    .hasMessageContaining("type 9");
            Peers.await(held).ok(NOTHING);
            assertThatThrownBy(() -> held.join().ok(NOTHING)).isInstanceOf(IllegalStateException.class);
            assertThat(Peers.await(connection.ask(1, new byte[5])).remaining()).isEqualTo(5);
        }
    }

    @Test
    void aHandlerThatFailsOnATellClosesTheConnectionWithTheReason() throws Exception {
        try (Peers peers = new Peers(false, Peers.settings()).listen(connection -> new ConnectionHandler() {})) {
            Connection connection = peers.connect();
            connection.tell(77, NOTHING);

            RpcException cause = Peers.await(Peers.await(peers.accepted).closed());
            assertThat(cause).hasMessageContaining("type 77").hasMessageContaining("not expected here");
            assertThat(Peers.await(connection.closed())).isInstanceOf(RpcException.ConnectionClosed.class);
            assertThat(connection.tell(1, NOTHING)).isFalse();
        }
    }

    @Test
    void framesCutIntoSingleBytesAreReadLikeWholeOnes() throws Exception {
        List<String> told = new ArrayList<>();
        CompletableFuture<Void> end = new CompletableFuture<>();
        try (Peers peers = new Peers(false, Peers.settings())) {
            peers.listen(connection -> new ConnectionHandler() {
                @Override
                public void onTell(int type, ByteBuffer body) {
                    told.add(type + ":" + body.remaining());
                }

                @Override
                public void onClosed(RpcException cause) {
                    end.complete(null);
                }
            });
            try (RawPeer raw = new RawPeer(peers.endpoint.address()).authenticate()) {
                for (int i = 0; i < 20; i++) {
                    for (byte single : RawPeer.frame(FrameKind.TELL, i + 1, i, new byte[i])) {
                        raw.out.write(single);
                    }
                }
            }
            Peers.await(end);
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                expected.add(i + ":" + i);
            }
            assertThat(told).isEqualTo(expected);
        }
    }
}
