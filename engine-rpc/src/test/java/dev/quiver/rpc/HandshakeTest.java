package dev.quiver.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.rpc.tls.CertificateAuthority;
import dev.quiver.rpc.tls.PeerIdentity;
import dev.quiver.rpc.tls.PeerRole;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {
    private static final PeerIdentity OTHER_APPLICATION = PeerIdentity.executor("app-2", "exec-1.0");

    @Test
    void refusesAClientOfAnotherAuthorityOrApplication() throws Exception {
        try (Peers peers = new Peers(true, Peers.settings()).listen(connection -> new Echo())) {
            assertRefused(peers, certificate(Peers.EXECUTOR));
            assertRefused(peers, certificate(OTHER_APPLICATION));
        }
    }

    @Test
    void refusesAWrongSecretAndAnotherApplicationWithTheRightOne() throws Exception {
        try (Peers peers = new Peers(false, Peers.settings()).listen(connection -> new Echo())) {
            assertRefused(peers, Credentials.sharedSecretWithoutEncryption(Peers.EXECUTOR, Peers.secret(8)));
            assertRefused(peers, Credentials.sharedSecretWithoutEncryption(OTHER_APPLICATION, Peers.SECRET));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void refusesARoleThePolicyDoesNotWantAndSaysWhich(boolean tls) throws Exception {
        try (Peers peers = new Peers(tls, Peers.settings()).listen(connection -> new Echo());
                Transport second = Transport.create(Peers.settings(), Peers.driverCredentials(tls))) {
            assertThatThrownBy(() -> Peers.await(second.connect(
                            peers.endpoint.address(), PeerPolicy.sameApplication(), connection -> new Echo())))
                    .hasCauseInstanceOf(RpcException.HandshakeRefused.class)
                    .hasMessageContaining("quiver://app-1/driver/driver is not accepted");
            assertThat(peers.accepted).isNotDone();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theConnectingSideRefusesSomeoneElseThanItLookedFor(boolean tls) throws Exception {
        try (Peers peers = new Peers(tls, Peers.settings()).listen(connection -> new Echo())) {
            PeerPolicy wanted = PeerPolicy.exactly(PeerIdentity.driver(Peers.APPLICATION, "other-driver"));

            assertThatThrownBy(() -> Peers.await(
                            peers.executor.connect(peers.endpoint.address(), wanted, connection -> new Echo())))
                    .hasCauseInstanceOf(RpcException.HandshakeRefused.class)
                    .hasMessageContaining("not who was to be found");
            assertThat(peers.accepted).isNotDone();
        }
    }

    @Test
    void refusesAPlaintextClientOnATlsPortAndTheOtherWayRound() throws Exception {
        for (boolean tls : new boolean[] {false, true}) {
            try (Peers peers = new Peers(tls, Peers.settings()).listen(connection -> new Echo())) {
                assertRefused(peers, Peers.executorCredentials(!tls));
            }
        }
    }

    @Test
    void namesBothVersionsWhenThePeerSpeaksAnother() throws Exception {
        try (Peers peers = new Peers(false, Peers.settings()).listen(connection -> new Echo());
                RawPeer raw = new RawPeer(peers.endpoint.address())) {
            raw.out.write(RawPeer.frame(Frame.VERSION + 1, FrameKind.HELLO.code(), 0, 0, new byte[40]));

            byte[] answer = raw.readToEnd();
            assertThat(answer).isEqualTo(RawPeer.frame(FrameKind.REFUSED, 0, 0, new byte[0]));
            assertThat(answer[Frame.MAGIC_END]).isEqualTo((byte) Frame.VERSION);
        }
        assertThat(Handshake.versionMismatch("127.0.0.1", Frame.VERSION + 1))
                .hasMessageContaining("version 3")
                .hasMessageContaining("version 2");
    }

    @Test
    void aRecordedSessionProvesNothingWhenItIsPlayedAgain() throws Exception {
        try (Peers peers = new Peers(false, Peers.settings()).listen(connection -> new Echo())) {
            ByteArrayOutputStream recorded = new ByteArrayOutputStream();
            try (RawPeer raw = new RawPeer(peers.endpoint.address())) {
                byte[] nonce = new byte[SharedSecretProof.NONCE_BYTES];
                byte[] hello = RawPeer.hello(Peers.EXECUTOR, nonce);
                raw.out.write(hello);
                ByteBuffer challenge = ByteBuffer.wrap(raw.readBody(FrameKind.CHALLENGE));
                PeerIdentity listener = Handshake.readIdentity(challenge);
                byte[] listenerNonce = Handshake.readFixed(challenge, SharedSecretProof.NONCE_BYTES);
                byte[] proof = RawPeer.frame(
                        FrameKind.PROOF,
                        0,
                        0,
                        new SharedSecretProof(Peers.SECRET, nonce, listenerNonce, Peers.EXECUTOR, listener)
                                .ofConnector());
                raw.out.write(proof);
                raw.readBody(FrameKind.WELCOME);
                recorded.write(hello);
                recorded.write(proof);
                recorded.write(RawPeer.frame(FrameKind.TELL, 0, 1, new byte[1]));
            }
            Peers.await(peers.accepted);
            try (RawPeer replay = new RawPeer(peers.endpoint.address())) {
                replay.offer(recorded.toByteArray());
                replay.readBody(FrameKind.CHALLENGE);
                assertThat(replay.readToEnd()).isEmpty();
            }
            assertThat(peers.driver.metrics().snapshot().connectionsOpened()).isEqualTo(1);
            assertThat(peers.driver.metrics().snapshot().rejectedHandshakes()).isEqualTo(1);
        }
    }

    @Test
    void theListenersOwnProofReflectedIsNone() throws Exception {
        try (Peers peers = new Peers(false, Peers.settings()).listen(connection -> new Echo());
                RawPeer raw = new RawPeer(peers.endpoint.address())) {
            raw.out.write(RawPeer.hello(Peers.EXECUTOR, new byte[SharedSecretProof.NONCE_BYTES]));
            ByteBuffer challenge = ByteBuffer.wrap(raw.readBody(FrameKind.CHALLENGE));
            Handshake.readIdentity(challenge);
            Handshake.readFixed(challenge, SharedSecretProof.NONCE_BYTES);
            byte[] theirs = Handshake.readFixed(challenge, SharedSecretProof.PROOF_BYTES);
            raw.offer(RawPeer.frame(FrameKind.PROOF, 0, 0, theirs));

            assertThat(raw.readToEnd()).isEmpty();
            assertThat(peers.accepted).isNotDone();
        }
    }

    @Test
    void refusesTheWildcardAddressWithoutTls() throws Exception {
        try (Peers peers = new Peers(false, Peers.settings())) {
            for (String wildcard : new String[] {"0.0.0.0", "::"}) {
                assertThatThrownBy(() -> peers.driver.listen(
                                wildcard, 0, PeerPolicy.role(PeerRole.EXECUTOR), connection -> new Echo()))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("Turn TLS on");
            }
        }
    }

    @Test
    void makesItsKeysWhenTheyAreFirstNeededAndOnce() throws Exception {
        AtomicInteger made = new AtomicInteger();
        CompletableFuture<Void> mayBeMade = new CompletableFuture<>();
        CertificateAuthority authority =
                new CertificateAuthority(Peers.APPLICATION, Clock.systemUTC(), new SecureRandom());
        Credentials driver = Credentials.tls(Peers.DRIVER, () -> {
            mayBeMade.join();
            made.incrementAndGet();
            return authority.issue(Peers.DRIVER, Duration.ofHours(1));
        });
        Credentials executor = Credentials.tls(authority.issue(Peers.EXECUTOR, Duration.ofHours(1)));
        try (Transport listening = Transport.create(Peers.settings(), driver);
                Transport connecting = Transport.create(Peers.settings(), executor)) {
            ListeningEndpoint endpoint =
                    listening.listen("127.0.0.1", 0, PeerPolicy.role(PeerRole.EXECUTOR), connection -> new Echo());
            CompletableFuture<Connection> first =
                    connecting.connect(endpoint.address(), PeerPolicy.exactly(Peers.DRIVER), connection -> new Echo());
            assertThat(made).hasValue(0);
            mayBeMade.complete(null);
            Peers.await(first);
            Peers.await(
                    connecting.connect(endpoint.address(), PeerPolicy.exactly(Peers.DRIVER), connection -> new Echo()));
            assertThat(made).hasValue(1);
        }
    }

    private static Credentials certificate(PeerIdentity identity) {
        return Credentials.tls(new CertificateAuthority(identity.application(), Clock.systemUTC(), new SecureRandom())
                .issue(identity, Duration.ofHours(1)));
    }

    private static void assertRefused(Peers peers, Credentials credentials) {
        try (Transport stranger = Transport.create(Peers.settings(), credentials)) {
            CompletableFuture<Connection> attempt =
                    stranger.connect(peers.endpoint.address(), PeerPolicy.sameApplication(), connection -> new Echo());
            assertThatThrownBy(() -> Peers.await(attempt)).hasCauseInstanceOf(RpcException.class);
        }
        assertThat(peers.accepted).isNotDone();
        assertThat(peers.driver.metrics().snapshot().connectionsOpened()).isZero();
    }
}
