package dev.quiver.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.rpc.FrameFaults.Fate;
import dev.quiver.rpc.FrameFaults.Purpose;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections on a bad network, over TLS and without. */
class FrameFaultsTest {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** What the driver was told and asked. */
    private static final class Told extends Echo {
        final List<Integer> tells = new CopyOnWriteArrayList<>();
        final List<Long> whenNanos = new CopyOnWriteArrayList<>();
        final AtomicInteger asks = new AtomicInteger();

        @Override
        public void onTell(int type, ByteBuffer body) {
            tells.add(type);
            whenNanos.add(System.nanoTime());
        }

        @Override
        public void onAsk(int type, ByteBuffer body, Reply reply) {
            asks.incrementAndGet();
            super.onAsk(type, body, reply);
        }
    }

    /** One fate for the frame of a purpose and type, counted. */
    private static final class Once implements FrameFaults {
        final AtomicInteger effective = new AtomicInteger();
        final CompletableFuture<Wire> wire = new CompletableFuture<>();
        private final Purpose purpose;
        private final int type;
        private final Fate fate;

        Once(Purpose purpose, int type, Fate fate) {
            this.purpose = purpose;
            this.type = type;
            this.fate = fate;
        }

        @Override
        public Line on(Connection connection, Wire ofConnection) {
            wire.complete(ofConnection);
            return frame -> frame.purpose() == purpose && frame.type() == type && effective.compareAndSet(0, 1)
                    ? fate
                    : Fate.PASSES;
        }
    }

    private static Once spare() {
        return new Once(Purpose.OTHER, -1, Fate.PASSES);
    }

    private static Connection connected(Peers peers, Told told, FrameFaults atDriver, FrameFaults atExecutor)
            throws Exception {
        peers.driver.inject(atDriver);
        peers.executor.inject(atExecutor);
        return peers.listen(connection -> told).connect();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMessageThatComesTwiceIsHeardOnce(boolean tls) throws Exception {
        Told told = new Told();
        Once twice = new Once(Purpose.TELL, 2, Fate.COMES_TWICE);
        try (Peers peers = new Peers(tls, Peers.settings())) {
            Connection connection = connected(peers, told, twice, null);
            for (int type = 1; type <= 3; type++) {
                connection.tell(type, NOTHING);
            }
            Peers.await(connection.ask(9, NOTHING));
            assertThat(twice.effective).hasValue(1);
            assertThat(told.tells).containsExactly(1, 2, 3);
            assertThat(peers.driver.metrics().snapshot().repeatedMessages()).isEqualTo(1);
        }
    }

    @Test
    void aLostMessageEndsTheConnectionBeforeALaterOneIsHeard() throws Exception {
        Told told = new Told();
        Once lost = new Once(Purpose.TELL, 2, Fate.IS_LOST);
        try (Peers peers = new Peers(true, Peers.settings())) {
            Connection connection = connected(peers, told, lost, null);
            for (int type = 1; type <= 4; type++) {
                connection.tell(type, NOTHING);
            }
            assertThat(Peers.await(Peers.await(peers.accepted).closed()))
                    .isInstanceOf(RpcException.MalformedFrame.class)
                    .hasMessageContaining("Message 2")
                    .hasMessageContaining("lost or overtaken");
            assertThat(lost.effective).hasValue(1);
            assertThat(told.tells).containsExactly(1);
        }
    }

    @Test
    void theLossOfTheLastMessageIsNoticedByTheNextSignOfLife() throws Exception {
        RpcSettings lively = Peers.settings()
                .withTimeouts(RpcTimeouts.defaults().withKeepAlive(Duration.ofMillis(50), Duration.ofMinutes(1)));
        Once lost = new Once(Purpose.TELL, 2, Fate.IS_LOST);
        try (Peers peers = new Peers(true, lively)) {
            Connection connection = connected(peers, new Told(), lost, null);
            connection.tell(1, NOTHING);
            connection.tell(2, NOTHING);
            assertThat(Peers.await(Peers.await(peers.accepted).closed()))
                    .hasMessageContaining("Message 2")
                    .hasMessageContaining("a sign of life came first");
        }
    }

    @Test
    void messagesAreNeverHeardInAnotherOrder() throws Exception {
        Told told = new Told();
        Once overtaken = new Once(Purpose.TELL, 2, Fate.IS_OVERTAKEN);
        try (Peers peers = new Peers(true, Peers.settings())) {
            Connection connection = connected(peers, told, overtaken, null);
            for (int type = 1; type <= 4; type++) {
                connection.tell(type, NOTHING);
            }
            assertThat(Peers.await(Peers.await(peers.accepted).closed())).hasMessageContaining("number 3, of type 3");
            assertThat(told.tells).containsExactly(1);
        }
    }

    @Test
    void aLateMessageHoldsUpThoseBehindIt() throws Exception {
        Told told = new Told();
        Once late = new Once(Purpose.TELL, 2, new Fate.IsLate(Duration.ofMillis(60)));
        try (Peers peers = new Peers(true, Peers.settings())) {
            Connection connection = connected(peers, told, late, null);
            for (int type = 1; type <= 4; type++) {
                connection.tell(type, NOTHING);
            }
            Peers.await(connection.ask(9, NOTHING));
            assertThat(told.tells).containsExactly(1, 2, 3, 4);
            assertThat(told.whenNanos.get(1) - told.whenNanos.get(0))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(50).toNanos());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aResetBeforeARequestLeavesItUndone(boolean tls) throws Exception {
        Told told = new Told();
        try (Peers peers = new Peers(tls, Peers.settings())) {
            Connection connection = connected(peers, told, new Once(Purpose.ASK, 7, Fate.RESET_BEFORE), null);
            assertReset(connection, connection.ask(7, NOTHING));
            assertThat(told.asks).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aResetBetweenRequestAndReplyLeavesItDoneButUnanswered(boolean tls) throws Exception {
        Told told = new Told();
        try (Peers peers = new Peers(tls, Peers.settings())) {
            Connection connection = connected(peers, told, new Once(Purpose.ASK, 7, Fate.RESET_BEHIND), null);
            assertReset(connection, connection.ask(7, NOTHING));
            assertThat(told.asks).hasValue(1);
        }
    }

    @Test
    void aResetBeforeTheReplyIsSeenLeavesItDoneButUnanswered() throws Exception {
        Told told = new Told();
        try (Peers peers = new Peers(true, Peers.settings())) {
            Connection connection = connected(peers, told, null, new Once(Purpose.REPLY, 7, Fate.RESET_BEFORE));
            Peers.await(connection.ask(6, NOTHING));
            assertReset(connection, connection.ask(7, NOTHING));
            assertThat(told.asks).hasValue(2);
        }
    }

    @Test
    void aResetBehindTheReplyLosesNothing() throws Exception {
        Told told = new Told();
        try (Peers peers = new Peers(true, Peers.settings())) {
            Connection connection = connected(peers, told, null, new Once(Purpose.REPLY, 7, Fate.RESET_BEHIND));
            assertThat(Peers.await(connection.ask(7, new byte[5])).remaining()).isEqualTo(5);
            assertThat(Peers.await(connection.closed())).isInstanceOf(RpcException.ConnectionClosed.class);
        }
    }

    private static void assertReset(Connection connection, CompletableFuture<ByteBuffer> ask) throws Exception {
        assertThatThrownBy(() -> Peers.await(ask)).hasCauseInstanceOf(RpcException.class);
        assertThat(Peers.await(connection.closed())).isInstanceOf(RpcException.class);
    }

    @Test
    void anAskThatComesTwiceHasOneAnswer() throws Exception {
        Told told = new Told();
        Once twice = new Once(Purpose.ASK, 7, Fate.COMES_TWICE);
        try (Peers peers = new Peers(true, Peers.settings())) {
            Connection connection = connected(peers, told, twice, null);
            assertThat(Peers.await(connection.ask(7, new byte[3])).remaining()).isEqualTo(3);
            assertThat(Peers.await(connection.ask(8, new byte[4])).remaining()).isEqualTo(4);
            assertThat(twice.effective).hasValue(1);
            assertThat(connection.isOpen()).isTrue();
        }
    }

    @Test
    void aCutThatHealsInTimeLosesNothing() throws Exception {
        Told told = new Told();
        Once spared = spare();
        try (Peers peers = new Peers(true, Peers.settings())) {
            Connection connection = connected(peers, told, spared, null);
            connection.tell(1, NOTHING);
            Peers.await(connection.ask(9, NOTHING));
            Peers.await(spared.wire).cut(true, true);
            CompletableFuture<ByteBuffer> behind = connection.ask(9, NOTHING);
            for (int type = 2; type <= 500; type++) {
                connection.tell(type, NOTHING);
            }
            assertThatThrownBy(() -> behind.get(100, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            Peers.await(spared.wire).heal();
            Peers.await(connection.ask(9, NOTHING));
            assertThat(behind).isCompleted();
            assertThat(told.tells).hasSize(500).isSorted();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"in", "out", "both"})
    void aHalfOpenPeerIsNoticedByItsSilence(String cut) throws Exception {
        RpcSettings impatient = Peers.settings()
                .withTimeouts(RpcTimeouts.defaults().withKeepAlive(Duration.ofMillis(50), Duration.ofMillis(200)));
        Once spared = spare();
        try (Peers peers = new Peers(true, impatient)) {
            Connection connection = connected(peers, new Told(), spared, null);
            Peers.await(connection.ask(9, NOTHING));
            Peers.await(spared.wire).cut(!cut.equals("out"), !cut.equals("in"));
            // Whoever hears nothing, or is not answered, gives up first; the other side is told, or gives up too.
            RpcException there = Peers.await(Peers.await(peers.accepted).closed());
            assertThat(List.of(Peers.await(connection.closed()), there))
                    .hasAtLeastOneElementOfType(RpcException.PeerVanished.class);
        }
    }

    @Test
    void aPeerThatSpeaksButHearsNothingIsNoticed() throws Exception {
        RpcSettings impatient = Peers.settings()
                .withTimeouts(RpcTimeouts.defaults().withKeepAlive(Duration.ofMillis(50), Duration.ofMillis(300)));
        Once spared = spare();
        try (Peers peers = new Peers(true, Peers.settings())) {
            try (Transport deafened = Transport.create(impatient, Peers.driverCredentials(true))) {
                CompletableFuture<Connection> accepted = new CompletableFuture<>();
                deafened.inject(spared);
                ListeningEndpoint endpoint =
                        deafened.listen("127.0.0.1", 0, PeerPolicy.sameApplication(), connection -> {
                            accepted.complete(connection);
                            return new Told();
                        });
                Connection connection = Peers.await(peers.executor.connect(
                        endpoint.address(), PeerPolicy.exactly(Peers.DRIVER), other -> new ConnectionHandler() {}));
                Peers.await(connection.ask(9, NOTHING));
                Peers.await(spared.wire).cut(false, true);
                Peers.await(accepted).tell(1, NOTHING);
                while (!Peers.await(accepted).closed().isDone()) {
                    connection.tell(2, NOTHING);
                    LockSupport.parkNanos(5_000_000);
                }
                assertThat(Peers.await(Peers.await(accepted).closed()))
                        .isInstanceOf(RpcException.PeerVanished.class)
                        .hasMessageContaining("has answered nothing");
            }
        }
    }

    @Test
    void aResetInTheMiddleOfAStreamFailsItAndReleasesItsBuffers() throws Exception {
        byte[] bytes = new byte[4 << 20];
        AtomicInteger chunks = new AtomicInteger();
        FrameFaults atThird =
                (connection, wire) -> frame -> frame.purpose() == Purpose.STREAM_CHUNK && chunks.incrementAndGet() == 3
                        ? Fate.RESET_BEFORE
                        : Fate.PASSES;
        try (Peers peers = new Peers(true, Peers.settings())) {
            CollectingReceiver receiver = stream(peers, bytes, atThird);
            assertThatThrownBy(() -> Peers.await(receiver.result)).hasCauseInstanceOf(RpcException.class);
            assertThat(chunks).hasValue(3);
            assertThat(receiver.bytes()).isPositive().isLessThan(bytes.length);
        }
    }

    @Test
    void lateChunksOfAClosedConnectionAreReleased() throws Exception {
        List<FrameFaults.Wire> wires = new ArrayList<>();
        CompletableFuture<Void> second = new CompletableFuture<>();
        AtomicInteger chunks = new AtomicInteger();
        FrameFaults late = (connection, wire) -> {
            wires.add(wire);
            return frame -> {
                if (frame.purpose() != Purpose.STREAM_CHUNK) {
                    return Fate.PASSES;
                }
                if (chunks.incrementAndGet() == 2) {
                    second.complete(null);
                }
                return new Fate.IsLate(Duration.ofMinutes(1));
            };
        };
        try (Peers peers = new Peers(true, Peers.settings())) {
            CollectingReceiver receiver = stream(peers, new byte[4 << 20], late);
            Peers.await(second);
            wires.get(0).reset();
            assertThatThrownBy(() -> Peers.await(receiver.result)).hasCauseInstanceOf(RpcException.class);
            assertThat(receiver.bytes()).isZero();
        }
    }

    /** The executor receives a stream of the driver's. */
    private static CollectingReceiver stream(Peers peers, byte[] bytes, FrameFaults atReceiver) throws Exception {
        peers.executor.inject(atReceiver);
        Connection connection = peers.listen(accepted -> new ConnectionHandler() {
                    @Override
                    public void onStream(int type, ByteBuffer request, StreamSender sender) {
                        Thread worker = new Thread(() -> send(sender, bytes), "sender");
                        worker.setDaemon(true);
                        worker.start();
                    }
                })
                .connect();
        CollectingReceiver receiver = new CollectingReceiver(true);
        connection.openStream(1, NOTHING, receiver);
        return receiver;
    }

    private static void send(StreamSender sender, byte[] bytes) {
        try {
            sender.send(ByteBuffer.wrap(bytes));
            sender.end();
        } catch (IOException receiverGone) {
            assertThat(sender.isDone()).isTrue();
        }
    }
}
