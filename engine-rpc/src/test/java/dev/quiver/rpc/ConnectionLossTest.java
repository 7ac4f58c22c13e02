package dev.quiver.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionLossTest {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closingTellsThePeerWhyAndFailsItsAsksInFlight(boolean tls) throws Exception {
        CompletableFuture<RpcException> handlerHeard = new CompletableFuture<>();
        try (Peers peers = new Peers(tls, Peers.settings())) {
            peers.listen(connection -> new ConnectionHandler() {
                @Override
                public void onAsk(int type, ByteBuffer body, Reply reply) {
                    if (type == 5) {
                        connection.close("fenced: incarnation 1 was replaced");
                    }
                }
            });
            Connection connection = peers.connect(new ConnectionHandler() {
                @Override
                public void onClosed(RpcException cause) {
                    handlerHeard.complete(cause);
                }
            });
            List<CompletableFuture<ByteBuffer>> asks = new ArrayList<>();
            for (int type = 1; type <= 5; type++) {
                asks.add(connection.ask(type, NOTHING));
            }

            for (CompletableFuture<ByteBuffer> ask : asks) {
                assertThatThrownBy(() -> Peers.await(ask))
                        .hasCauseInstanceOf(RpcException.ConnectionClosed.class)
                        .hasMessageContaining("fenced: incarnation 1 was replaced");
            }
            assertThat(Peers.await(handlerHeard)).isSameAs(Peers.await(connection.closed()));
            assertThat(connection.isOpen()).isFalse();
            assertThatThrownBy(() -> Peers.await(connection.ask(1, NOTHING)))
                    .hasCauseInstanceOf(RpcException.ConnectionClosed.class);
            assertThat(peers.executor.metrics().snapshot().asksInFlight()).isZero();
        }
    }

    @Test
    void whatWasToldBeforeClosingStillArrives() throws Exception {
        List<Integer> told = new ArrayList<>();
        CompletableFuture<RpcException> end = new CompletableFuture<>();
        try (Peers peers = new Peers(true, Peers.settings())) {
            peers.listen(connection -> new ConnectionHandler() {
                @Override
                public void onTell(int type, ByteBuffer body) {
                    told.add(type);
                }

                @Override
                public void onClosed(RpcException cause) {
                    end.complete(cause);
                }
            });
            Connection connection = peers.connect();
            for (int i = 0; i < 10_000; i++) {
                connection.tell(i, new byte[10]);
            }
            connection.close("done");

            assertThat(Peers.await(end)).hasMessageContaining("done");
            assertThat(told).hasSize(10_000).isSorted();
        }
    }

    @Test
    void aResetInTheMiddleOfAFrameClosesTheConnectionAndFailsItsAsks() throws Exception {
        try (Peers peers = new Peers(false, Peers.settings()).listen(connection -> new Echo());
                RawPeer raw = new RawPeer(peers.endpoint.address()).authenticate()) {
            CompletableFuture<ByteBuffer> ask = Peers.await(peers.accepted).ask(1, NOTHING);
            raw.readBody(FrameKind.ASK);
            byte[] frame = RawPeer.frame(FrameKind.TELL, 0, 1, new byte[1000]);
            raw.out.write(Arrays.copyOf(frame, 500));
            raw.reset();

            assertThatThrownBy(() -> Peers.await(ask)).hasCauseInstanceOf(RpcException.ConnectionClosed.class);
            assertThat(Peers.await(Peers.await(peers.accepted).closed()))
                    .hasMessageContaining("may or may not have arrived");
        }
    }

    @Test
    void aVanishedPeerIsNoticedByItsSilence() throws Exception {
        RpcSettings settings = Peers.settings()
                .withTimeouts(RpcTimeouts.defaults().withKeepAlive(Duration.ofMillis(20), Duration.ofMillis(60)));
        try (Peers peers = new Peers(false, settings).listen(connection -> new Echo());
                RawPeer raw = new RawPeer(peers.endpoint.address()).authenticate()) {
            raw.readBody(FrameKind.PING); // and never answers

            assertThat(Peers.await(Peers.await(peers.accepted).closed()))
                    .isInstanceOf(RpcException.PeerVanished.class)
                    .hasMessageContaining("exec-1.0");
        }
    }

    @Test
    void anIdlePeerThatAnswersPingsIsKept() throws Exception {
        RpcSettings settings = Peers.settings()
                .withTimeouts(RpcTimeouts.defaults().withKeepAlive(Duration.ofMillis(50), Duration.ofSeconds(20)));
        try (Peers peers = new Peers(false, settings).listen(connection -> new Echo());
                RawPeer raw = new RawPeer(peers.endpoint.address()).authenticate()) {
            for (int i = 0; i < 3; i++) {
                raw.readBody(FrameKind.PING);
                raw.out.write(RawPeer.frame(FrameKind.PONG, 0, 0, new byte[0]));
            }
            raw.out.write(RawPeer.frame(FrameKind.PING, 0, 0, new byte[0]));
            raw.readBody(FrameKind.PONG);
            assertThat(Peers.await(peers.accepted).isOpen()).isTrue();
        }
    }

    @Test
    void detectsAVanishedPeerWithinTwentySecondsByDefault() {
        RpcTimeouts defaults = RpcTimeouts.defaults();

        assertThat(defaults.keepAliveInterval().plus(defaults.keepAliveTimeout()))
                .isLessThanOrEqualTo(Duration.ofSeconds(20));
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 100_000})
    void aPeerThatDoesNotReadCostsBoundedMemoryAndThenItsConnection(int bodyBytes) throws Exception {
        long limit = 2 << 20;
        RpcSettings settings = Peers.settings()
                .withLimits(RpcLimits.defaults().withControlFrame(1 << 20).withOutbound(limit));
        try (Peers peers = new Peers(false, settings).listen(connection -> new Echo());
                RawPeer raw = new RawPeer(peers.endpoint.address()).authenticate()) {
            Connection connection = Peers.await(peers.accepted);
            boolean wasUnwritable = false;
            long most = 0;
            while (connection.tell(1, new byte[bodyBytes])) {
                most = Math.max(most, connection.pendingBytes());
                wasUnwritable |= !connection.isWritable();
            }

            assertThat(Peers.await(connection.closed()))
                    .isInstanceOf(RpcException.OutboundOverflow.class)
                    .hasMessageContaining(String.valueOf(limit));
            assertThat(wasUnwritable).isTrue();
            assertThat(most).isLessThanOrEqualTo(limit);
        }
    }

    @Test
    void connectingToNobodySaysSo() throws Exception {
        InetSocketAddress nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = new InetSocketAddress("127.0.0.1", socket.getLocalPort());
        }
        try (Peers peers = new Peers(true, Peers.settings())) {
            assertThatThrownBy(() -> Peers.await(
                            peers.executor.connect(nobody, PeerPolicy.sameApplication(), connection -> new Echo())))
                    .hasCauseInstanceOf(RpcException.ConnectionClosed.class)
                    .hasMessageContaining("Is the process there running");
        }
    }

    @Test
    void closingTheTransportClosesItsConnectionsAndRefusesFurtherUse() throws Exception {
        try (Peers peers = new Peers(true, Peers.settings()).listen(connection -> new Echo())) {
            Connection connection = peers.connect();
            Peers.await(peers.accepted);
            peers.driver.close();
            peers.driver.close();

            assertThat(Peers.await(connection.closed())).hasMessageContaining("the transport was closed");
            assertThatThrownBy(() -> peers.listen(accepted -> new Echo())).isInstanceOf(IllegalStateException.class);
        }
    }
}
