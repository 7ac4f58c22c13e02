package dev.quiver.rpc.tls;

import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;

/**
 * Makes the TLS engines of one process: version 1.3 and nothing older, both sides show a certificate, only the
 * application's own authority is trusted, and the certificate must carry an identity of the same application. Safe for
 * use by many threads. Making one loads the JDK's TLS classes, which is the expensive part of a process's first
 * connection.
 */
public final class TlsContext {
    private static final String[] PROTOCOLS = {"TLSv1.3"};
    private static final String[] CIPHER_SUITES = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"};

    private final SSLContext context;

    /** @throws IllegalStateException if this Java runtime has no TLS 1.3 */
    public TlsContext(TlsMaterial material) {
        try {
            context = SSLContext.getInstance("TLSv1.3");
            context.init(
                    new KeyManager[] {new PeerKeyManager(material)},
                    new TrustManager[] {new PeerTrustManager(material)},
                    null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "Cannot prepare TLS 1.3 for " + material.identity() + ": " + e.getMessage(), e);
        }
    }

    /** An engine for the side that connects. It names no host, so the JDK keeps no session to resume. */
    public SSLEngine connectingEngine() {
        SSLEngine engine = engine();
        engine.setUseClientMode(true);
        return engine;
    }

    /** An engine for the side that listens; a peer without a certificate fails the handshake. */
    public SSLEngine listeningEngine() {
        SSLEngine engine = engine();
        engine.setUseClientMode(false);
        engine.setNeedClientAuth(true);
        return engine;
    }

    /**
     * Whom the finished handshake of an engine proved the peer to be. The session cannot be resumed afterwards, so
     * every later connection proves itself anew.
     *
     * @throws CertificateException       if its certificate is out of date or carries no identity
     * @throws SSLPeerUnverifiedException if no certificate was shown
     */
    public static PeerIdentity peerOf(SSLEngine engine) throws CertificateException, SSLPeerUnverifiedException {
        SSLSession session = engine.getSession();
        session.invalidate();
        X509Certificate certificate = (X509Certificate) session.getPeerCertificates()[0];
        certificate.checkValidity();
        return PeerIdentity.of(certificate);
    }

    private SSLEngine engine() {
        SSLEngine engine = context.createSSLEngine();
        engine.setEnabledProtocols(PROTOCOLS);
        engine.setEnabledCipherSuites(CIPHER_SUITES);
        return engine;
    }
}
