package dev.quiver.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes of peers that are not authenticated. The deadline is a minute unless it is the subject: nothing waits for it. */
class HostileBytesTest {
    private static final int MOST_BYTES_HELD = 64 << 10;
    private static final String HTTP = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

    static Stream<Arguments> vectors() {
        List<Arguments> vectors = new ArrayList<>();
        for (boolean tls : new boolean[] {false, true}) {
            vectors.add(Arguments.of(tls, "W1 largest length", hex("FFFFFFFF")));
            vectors.add(Arguments.of(tls, "W1 largest positive length", hex("7FFFFFFF")));
            vectors.add(Arguments.of(tls, "W1 negative length", hex("80000000")));
            vectors.add(Arguments.of(tls, "W2 length zero", hex("00000000")));
            vectors.add(Arguments.of(tls, "W2 length three", hex("00000003 010203")));
            vectors.add(Arguments.of(tls, "W3 just over the limit before authentication", hex("00002001")));
            vectors.add(Arguments.of(tls, "W5 HTTP GET", HTTP.getBytes(StandardCharsets.US_ASCII)));
            vectors.add(Arguments.of(tls, "W5 HTTP POST", "POST /x HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII)));
            vectors.add(Arguments.of(tls, "W7 Java stream", hex("ACED0005 7372")));
            vectors.add(Arguments.of(tls, "wrong magic", hex("00000020 1234")));
            vectors.add(Arguments.of(tls, "unknown kind", RawPeer.frame(Frame.VERSION, 200, 0, 0, new byte[4])));
            vectors.add(Arguments.of(tls, "W8 ask before hello", RawPeer.frame(FrameKind.ASK, 1, 1, new byte[8])));
            vectors.add(Arguments.of(
                    tls, "W8 stream before hello", RawPeer.frame(FrameKind.STREAM_OPEN, 1, 1, new byte[8])));
            vectors.add(Arguments.of(
                    tls, "W10 hello without identity", RawPeer.frame(FrameKind.HELLO, 0, 0, new byte[40])));
            vectors.add(
                    Arguments.of(tls, "W10 hostile identity", RawPeer.frame(FrameKind.HELLO, 0, 0, hostileIdentity())));
        }
        vectors.add(Arguments.of(false, "W6 TLS on a plaintext port", hex("160301 00F1 010000ED 0303")));
        return vectors.stream();
    }

    @ParameterizedTest(name = "{1}, TLS {0}")
    @MethodSource("vectors")
    void closesWithoutAnAnswerCountsItAndHoldsNothing(boolean tls, String name, byte[] bytes) throws Exception {
        try (Peers peers = listening(tls, Duration.ofMinutes(1));
                RawPeer raw = new RawPeer(peers.endpoint.address())) {
            raw.offer(bytes);

            assertThat(raw.readToEnd()).isEmpty();
            assertThat(peers.driver.metrics().snapshot().malformedFrames()).isEqualTo(1);
            assertThat(peers.driver.metrics().snapshot().rejectedHandshakes()).isEqualTo(1);
            assertThat(peers.driver.bufferBytesInUse()).isLessThan(MOST_BYTES_HELD);
            assertThat(peers.accepted).isNotDone();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closesTricklingPeersAtTheDeadlineWhileOthersAreServed(boolean tls) throws Exception {
        try (Peers peers = new Peers(tls, Peers.settings())) {
            peers.listen(connection -> new Echo());
            Connection healthy = peers.connect();
            // a second port of the same process, with a deadline short enough to wait for
            try (Peers hasty = listening(tls, Duration.ofMillis(300))) {
                List<RawPeer> trickling = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    RawPeer raw = new RawPeer(hasty.endpoint.address());
                    raw.offer(tls ? hex("160301 1000 01") : hex("00001000 9E"));
                    trickling.add(raw);
                }
                for (RawPeer raw : trickling) {
                    assertThat(Peers.await(healthy.ask(1, new byte[] {42})).get())
                            .isEqualTo((byte) 42);
                    assertThat(raw.readToEnd()).hasSizeLessThan(16); // at most a TLS alert
                    raw.close();
                }
                assertThat(hasty.driver.metrics().snapshot().rejectedHandshakes())
                        .isEqualTo(50);
            }
        }
    }

    @Test
    void closesFurtherConnectionsOfAnAddressWithTooManyPendingHandshakes() throws Exception {
        try (Peers peers = listening(false, Duration.ofMinutes(1))) {
            List<RawPeer> pending = new ArrayList<>();
            int limit = RpcLimits.defaults().pendingHandshakesPerAddress();
            for (int i = 0; i < limit; i++) {
                pending.add(new RawPeer(peers.endpoint.address()));
            }
            try (RawPeer tooMany = new RawPeer(peers.endpoint.address())) {
                assertThat(tooMany.readToEnd()).isEmpty();
            }
            pending.get(0).offer(hex("FFFFFFFF"));
            assertThat(pending.get(0).readToEnd()).isEmpty();
            try (RawPeer next = new RawPeer(peers.endpoint.address())) {
                next.authenticate();
            }
            for (RawPeer raw : pending) {
                raw.close();
            }
        }
    }

    @Test
    void neverFallsBackToPlaintextForAClientHelloInOneByteRecords() throws Exception {
        try (Peers peers = listening(true, Duration.ofMillis(300));
                RawPeer raw = new RawPeer(peers.endpoint.address())) {
            byte[] hello = clientHello();
            ByteBuffer split = ByteBuffer.allocate(6 * hello.length);
            for (int i = 5; i < hello.length; i++) {
                split.put(hex("1603030001")).put(hello[i]);
            }
            raw.offer(java.util.Arrays.copyOf(split.array(), split.position()));
            raw.offer(RawPeer.hello(Peers.EXECUTOR, new byte[SharedSecretProof.NONCE_BYTES]));

            raw.readToEnd();
            assertThat(peers.accepted).isNotDone();
            assertThat(peers.driver.metrics().snapshot().rejectedHandshakes()).isEqualTo(1);
        }
    }

    @Test
    void refusesLargerFramesThanItsKindMayHaveAfterAuthentication() throws Exception {
        RpcSettings settings = Peers.settings().withLimits(RpcLimits.defaults().withControlFrame(16 << 10));
        try (Peers peers = new Peers(false, settings)) {
            peers.listen(connection -> new Echo());
            try (RawPeer raw = new RawPeer(peers.endpoint.address()).authenticate()) {
                ByteBuffer header = ByteBuffer.wrap(RawPeer.frame(FrameKind.TELL, 0, 1, new byte[0]));
                raw.offer(header.putInt(0, (16 << 10) + 1).array());

                raw.readToEnd();
                RpcException cause = Peers.await(Peers.await(peers.accepted).closed());
                assertThat(cause)
                        .isInstanceOf(RpcException.MalformedFrame.class)
                        .hasMessageContaining("TELL");
                assertThat(peers.driver.metrics().snapshot().malformedFrames()).isEqualTo(1);
            }
        }
    }

    private static Peers listening(boolean tls, Duration handshake) throws Exception {
        RpcSettings settings =
                Peers.settings().withTimeouts(RpcTimeouts.defaults().withHandshake(handshake));
        return new Peers(tls, settings).listen(connection -> new Echo());
    }

    private static byte[] hostileIdentity() {
        byte[] text = "quiver://../../x\0\u202E/executor/e".getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + text.length + 32)
                .putShort((short) text.length)
                .put(text)
                .array();
    }

    private static byte[] clientHello() throws Exception {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, null, null);
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        ByteBuffer record = ByteBuffer.allocate(64 << 10);
        engine.wrap(ByteBuffer.allocate(0), record);
        return java.util.Arrays.copyOf(record.array(), record.position());
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }
}
