package dev.quiver.runtime.security;

import dev.quiver.id.ExecutorId;
import dev.quiver.rpc.Credentials;
import dev.quiver.rpc.tls.CertificateAuthority;
import dev.quiver.rpc.tls.PeerIdentity;
import dev.quiver.runtime.protocol.PeerNames;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who the processes of one application are: a certificate authority of its own, or, when encryption was switched off, a
 * secret of its own. Lives in the driver's memory only. Safe for use by many threads.
 */
public final class ApplicationIdentity {
    private static final Logger LOG = LoggerFactory.getLogger(ApplicationIdentity.class);
    private static final Duration VALIDITY = Duration.ofDays(30);

    private final String application;
    private final CertificateAuthority authority;
    private final byte[] secret;

    private ApplicationIdentity(String application, CertificateAuthority authority, byte[] secret) {
        this.application = application;
        this.authority = authority;
        this.secret = secret;
    }

    /** @param encrypted false to prove identities by a shared secret and encrypt nothing */
    public static ApplicationIdentity create(String application, boolean encrypted) {
        SecureRandom random = new SecureRandom();
        if (encrypted) {
            return new ApplicationIdentity(
                    application, new CertificateAuthority(application, Clock.systemUTC(), random), null);
        }
        LOG.warn("ENCRYPTION IS OFF (quiver.network.tls=false): whoever can read this machine's loopback traffic can"
                + " read and change what driver and executors say");
        byte[] secret = new byte[Credentials.SECRET_BYTES];
        random.nextBytes(secret);
        return new ApplicationIdentity(application, null, secret);
    }

    /** How the driver proves itself. Its key is made when the first connection needs it. */
    public Credentials driver() {
        PeerIdentity self = PeerIdentity.driver(application, PeerNames.DRIVER);
        return authority == null
                ? Credentials.sharedSecretWithoutEncryption(self, secret)
                : Credentials.tls(self, () -> authority.issue(self, VALIDITY));
    }

    /** What an executor needs to prove itself, for its standard input. */
    public byte[] executor(ExecutorId executor) {
        return authority == null
                ? WireCredentials.encode(secret)
                : WireCredentials.encode(
                        authority.issue(PeerIdentity.executor(application, PeerNames.of(executor)), VALIDITY));
    }
}
