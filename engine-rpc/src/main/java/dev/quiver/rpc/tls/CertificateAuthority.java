package dev.quiver.rpc.tls;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * The certificate authority of one application, held in memory by the one process that starts the others. Its key is
 * generated at the first use, never leaves this object, and dies with the process. Safe for use by many threads.
 */
public final class CertificateAuthority {
    /** Clocks of machines differ, and may be set back while the application runs; a certificate is valid before it was made. */
    private static final Duration CLOCK_SKEW = Duration.ofDays(1);

    private static final Duration LIFETIME = Duration.ofDays(365);

    private final String application;
    private final Clock clock;
    private final SecureRandom random;
    private Authority authority;

    /** What exists once the key does. */
    private record Authority(CertificateWriter writer, X509Certificate certificate) {}

    /**
     * Costs nothing yet: the first {@link #issue} generates the authority's key.
     *
     * @param application the only application this authority speaks for
     * @param clock       dates the certificates
     * @param random      a source of keys and serial numbers
     */
    public CertificateAuthority(String application, Clock clock, SecureRandom random) {
        this.application = PeerIdentity.driver(application, "authority").application();
        this.clock = Objects.requireNonNull(clock, "clock");
        this.random = Objects.requireNonNull(random, "random");
    }

    /**
     * A fresh key and a certificate for it.
     *
     * @param peer     who will hold the key; must belong to this authority's application
     * @param validity how long the certificate is good, counted from now and cut at the authority's own end (one year
     *                 after its first use)
     * @return the key with its chain; the only copy, to be handed to that peer in a file nobody else can read
     * @throws IllegalArgumentException if the peer belongs to another application or the validity is not positive
     */
    public TlsMaterial issue(PeerIdentity peer, Duration validity) {
        if (!peer.application().equals(application)) {
            throw new IllegalArgumentException("The authority of application " + application + " issues nothing for "
                    + peer + ". Ask the authority of that peer's application.");
        }
        if (validity.isNegative() || validity.isZero()) {
            throw new IllegalArgumentException(
                    "A certificate for " + peer + " needs a positive validity, not " + validity + ".");
        }
        try {
            Authority signer = authority();
            KeyPair keys = generateKeys();
            Instant now = clock.instant();
            Instant end = now.plus(validity);
            Instant last = signer.certificate().getNotAfter().toInstant();
            X509Certificate certificate = signer.writer()
                    .writePeer(
                            serial(), now.minus(CLOCK_SKEW), end.isBefore(last) ? end : last, peer, keys.getPublic());
            return new TlsMaterial(peer, keys.getPrivate(), List.of(certificate), signer.certificate());
        } catch (GeneralSecurityException e) {
            throw missingAlgorithm(e);
        }
    }

    /** The certificate every peer of the application trusts. */
    public X509Certificate certificate() {
        try {
            return authority().certificate();
        } catch (GeneralSecurityException e) {
            throw missingAlgorithm(e);
        }
    }

    private synchronized Authority authority() throws GeneralSecurityException {
        if (authority == null) {
            KeyPair keys = generateKeys();
            CertificateWriter writer = new CertificateWriter(keys.getPrivate(), keys.getPublic(), application);
            Instant now = clock.instant();
            authority =
                    new Authority(writer, writer.writeAuthority(serial(), now.minus(CLOCK_SKEW), now.plus(LIFETIME)));
        }
        return authority;
    }

    private KeyPair generateKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    private byte[] serial() {
        byte[] serial = new byte[CertificateWriter.serialBytes()];
        random.nextBytes(serial);
        return serial;
    }

    private static IllegalStateException missingAlgorithm(GeneralSecurityException e) {
        return new IllegalStateException(
                "This Java runtime cannot make the certificates of an application: it needs elliptic curve P-256 and"
                        + " SHA-256 (module jdk.crypto.ec). Run on a complete runtime, or turn TLS off on a trusted"
                        + " machine.",
                e);
    }
}
