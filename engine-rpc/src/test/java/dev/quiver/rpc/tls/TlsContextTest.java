package dev.quiver.rpc.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;

class TlsContextTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final PeerIdentity DRIVER = PeerIdentity.driver("app-1", "driver");
    private static final PeerIdentity EXECUTOR = PeerIdentity.executor("app-1", "exec-1.0");

    private final CertificateAuthority authority =
            new CertificateAuthority("app-1", Clock.systemUTC(), new SecureRandom());
    private final TlsContext driver = new TlsContext(authority.issue(DRIVER, DAY));

    @Test
    void provesBothPeersToEachOtherOverTls13() throws Exception {
        SSLEngine server = driver.listeningEngine();
        SSLEngine client = new TlsContext(authority.issue(EXECUTOR, DAY)).connectingEngine();

        EngineHandshake.run(client, server);

        assertThat(TlsContext.peerOf(server)).isEqualTo(EXECUTOR);
        assertThat(TlsContext.peerOf(client)).isEqualTo(DRIVER);
        assertThat(client.getSession().getProtocol()).isEqualTo("TLSv1.3");
    }

    @Test
    void refusesAnotherAuthorityOfTheSameApplicationName() {
        TlsMaterial impostor =
                new CertificateAuthority("app-1", Clock.systemUTC(), new SecureRandom()).issue(EXECUTOR, DAY);

        assertRefused(impostor);
        TlsMaterial withOurTrust = new TlsMaterial(EXECUTOR, impostor.key(), impostor.chain(), authority.certificate());
        assertRefused(withOurTrust);
    }

    @Test
    void refusesAnotherApplicationsCertificate() {
        TlsMaterial other = new CertificateAuthority("app-2", Clock.systemUTC(), new SecureRandom())
                .issue(PeerIdentity.executor("app-2", "exec-1.0"), DAY);

        assertRefused(other);
        assertRefused(new TlsMaterial(other.identity(), other.key(), other.chain(), authority.certificate()));
    }

    @Test
    void refusesAnIdentityOfAnotherApplicationEvenUnderTheTrustedAuthority() throws Exception {
        KeyPair signer = keys();
        CertificateWriter writer = new CertificateWriter(signer.getPrivate(), signer.getPublic(), "app-1");
        Instant now = Instant.now();
        X509Certificate trusted = writer.writeAuthority(new byte[16], now.minusSeconds(60), now.plusSeconds(60));
        TlsContext server = new TlsContext(material(writer, trusted, DRIVER));
        SSLEngine client = new TlsContext(material(writer, trusted, PeerIdentity.executor("app-2", "exec-1.0")))
                .connectingEngine();

        assertThatThrownBy(() -> EngineHandshake.run(client, server.listeningEngine()))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void refusesAnExpiredCertificate() {
        Clock lastWeek = Clock.fixed(Instant.now().minus(Duration.ofDays(7)), ZoneOffset.UTC);
        CertificateAuthority old = new CertificateAuthority("app-1", lastWeek, new SecureRandom());
        SSLEngine server = new TlsContext(old.issue(DRIVER, Duration.ofDays(30))).listeningEngine();
        SSLEngine client = new TlsContext(old.issue(EXECUTOR, DAY)).connectingEngine();

        assertThatThrownBy(() -> EngineHandshake.run(client, server))
                .isInstanceOf(SSLException.class)
                .hasStackTraceContaining("NotAfter");
    }

    @Test
    void refusesAClientWithoutACertificate() throws Exception {
        SSLContext anonymous = SSLContext.getInstance("TLSv1.3");
        anonymous.init(null, new TrustManager[] {trustingPeerOf(EXECUTOR)}, null);
        SSLEngine client = anonymous.createSSLEngine();
        client.setUseClientMode(true);

        assertThatThrownBy(() -> EngineHandshake.run(client, driver.listeningEngine()))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void refusesAnOlderVersionOfTls() throws Exception {
        SSLContext context = SSLContext.getInstance("TLSv1.2");
        context.init(null, new TrustManager[] {trustingPeerOf(EXECUTOR)}, null);
        SSLEngine client = context.createSSLEngine();
        client.setUseClientMode(true);
        client.setEnabledProtocols(new String[] {"TLSv1.2"});

        assertThatThrownBy(() -> EngineHandshake.run(client, driver.listeningEngine()))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("TLS");
    }

    private void assertRefused(TlsMaterial client) {
        assertThatThrownBy(
                        () -> EngineHandshake.run(new TlsContext(client).connectingEngine(), driver.listeningEngine()))
                .isInstanceOf(SSLException.class);
        assertThatThrownBy(
                        () -> EngineHandshake.run(driver.connectingEngine(), new TlsContext(client).listeningEngine()))
                .isInstanceOf(SSLException.class);
    }

    private TrustManager trustingPeerOf(PeerIdentity identity) throws Exception {
        return new PeerTrustManager(authority.issue(identity, DAY));
    }

    private static TlsMaterial material(CertificateWriter writer, X509Certificate trusted, PeerIdentity identity)
            throws Exception {
        KeyPair keys = keys();
        Instant now = Instant.now();
        X509Certificate certificate =
                writer.writePeer(new byte[16], now.minusSeconds(60), now.plusSeconds(60), identity, keys.getPublic());
        return new TlsMaterial(identity, keys.getPrivate(), List.of(certificate), trusted);
    }

    private static KeyPair keys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }
}
