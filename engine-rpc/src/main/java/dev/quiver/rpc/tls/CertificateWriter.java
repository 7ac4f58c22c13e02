package dev.quiver.rpc.tls;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;

/**
 * Writes one X.509 v3 certificate, signed with ECDSA over SHA-256:
 * <pre>
 * Certificate    = SEQUENCE { tbsCertificate, signatureAlgorithm, signature BIT STRING }
 * tbsCertificate = SEQUENCE { [0] version, serial, signatureAlgorithm, issuer Name,
 *                             validity { notBefore, notAfter }, subject Name, subjectPublicKeyInfo, [3] extensions }
 * </pre>
 * The result is parsed back by the JDK before anyone sees it.
 */
final class CertificateWriter {
    private static final int SERIAL_BYTES = 16;
    private static final int KEY_ID_BYTES = 20;

    private static final byte[] ECDSA_WITH_SHA256 = Der.sequence(Der.objectIdentifier(1, 2, 840, 10045, 4, 3, 2));
    private static final byte[] COMMON_NAME = Der.objectIdentifier(2, 5, 4, 3);
    private static final byte[] ORGANIZATION = Der.objectIdentifier(2, 5, 4, 10);
    private static final byte[] ORGANIZATIONAL_UNIT = Der.objectIdentifier(2, 5, 4, 11);
    private static final byte[] SUBJECT_KEY_ID = Der.objectIdentifier(2, 5, 29, 14);
    private static final byte[] KEY_USAGE = Der.objectIdentifier(2, 5, 29, 15);
    private static final byte[] SUBJECT_ALTERNATIVE_NAME = Der.objectIdentifier(2, 5, 29, 17);
    private static final byte[] BASIC_CONSTRAINTS = Der.objectIdentifier(2, 5, 29, 19);
    private static final byte[] AUTHORITY_KEY_ID = Der.objectIdentifier(2, 5, 29, 35);
    private static final byte[] EXTENDED_KEY_USAGE = Der.objectIdentifier(2, 5, 29, 37);
    private static final byte[] SERVER_AUTHENTICATION = Der.objectIdentifier(1, 3, 6, 1, 5, 5, 7, 3, 1);
    private static final byte[] CLIENT_AUTHENTICATION = Der.objectIdentifier(1, 3, 6, 1, 5, 5, 7, 3, 2);
    private static final int SUBJECT_ALTERNATIVE_NAME_URI = 6;

    private final PrivateKey signingKey;
    private final PublicKey signersPublicKey;
    private final byte[] issuer;

    CertificateWriter(PrivateKey signingKey, PublicKey signersPublicKey, String application) {
        this.signingKey = signingKey;
        this.signersPublicKey = signersPublicKey;
        this.issuer = name(application, "authority", "Quiver application authority");
    }

    /** The authority's own certificate: may sign end entities, and no further authorities. */
    X509Certificate writeAuthority(byte[] serial, Instant notBefore, Instant notAfter) throws GeneralSecurityException {
        byte[] extensions = Der.sequence(
                extension(BASIC_CONSTRAINTS, true, Der.sequence(Der.trueValue(), Der.integer(BigInteger.ZERO))),
                extension(KEY_USAGE, true, Der.bitString(2, new byte[] {0b0000_0100})),
                extension(SUBJECT_KEY_ID, false, Der.octetString(keyId(signersPublicKey))));
        return sign(serial, notBefore, notAfter, issuer, signersPublicKey, extensions);
    }

    /** A certificate for one process: may sign handshakes as client and as server, and nothing else. */
    X509Certificate writePeer(byte[] serial, Instant notBefore, Instant notAfter, PeerIdentity peer, PublicKey key)
            throws GeneralSecurityException {
        byte[] identity = Der.implicit(SUBJECT_ALTERNATIVE_NAME_URI, peer.uri().getBytes(StandardCharsets.US_ASCII));
        byte[] extensions = Der.sequence(
                extension(BASIC_CONSTRAINTS, true, Der.sequence()),
                extension(KEY_USAGE, true, Der.bitString(7, new byte[] {(byte) 0b1000_0000})),
                extension(EXTENDED_KEY_USAGE, false, Der.sequence(SERVER_AUTHENTICATION, CLIENT_AUTHENTICATION)),
                extension(SUBJECT_ALTERNATIVE_NAME, false, Der.sequence(identity)),
                extension(AUTHORITY_KEY_ID, false, Der.sequence(Der.implicit(0, keyId(signersPublicKey)))));
        byte[] subject = name(peer.application(), peer.role().wireName(), peer.name());
        return sign(serial, notBefore, notAfter, subject, key, extensions);
    }

    /** A positive number of {@value SERIAL_BYTES} bytes, never zero, made of random bytes. */
    static int serialBytes() {
        return SERIAL_BYTES;
    }

    private X509Certificate sign(
            byte[] serial, Instant notBefore, Instant notAfter, byte[] subject, PublicKey key, byte[] extensions)
            throws GeneralSecurityException {
        byte[] positive = serial.clone();
        positive[0] = (byte) (positive[0] & 0x3F | 0x40);
        byte[] toBeSigned = Der.sequence(
                Der.explicit(0, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(positive)),
                ECDSA_WITH_SHA256,
                issuer,
                Der.sequence(Der.time(notBefore), Der.time(notAfter)),
                subject,
                key.getEncoded(),
                Der.explicit(3, extensions));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(signingKey);
        signature.update(toBeSigned);
        byte[] certificate = Der.sequence(toBeSigned, ECDSA_WITH_SHA256, Der.bitString(0, signature.sign()));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
    }

    private static byte[] extension(byte[] identifier, boolean critical, byte[] value) {
        byte[] wrapped = Der.octetString(value);
        return critical ? Der.sequence(identifier, Der.trueValue(), wrapped) : Der.sequence(identifier, wrapped);
    }

    private static byte[] name(String organization, String organizationalUnit, String commonName) {
        return Der.sequence(
                Der.set(Der.sequence(ORGANIZATION, Der.utf8String(organization))),
                Der.set(Der.sequence(ORGANIZATIONAL_UNIT, Der.utf8String(organizationalUnit))),
                Der.set(Der.sequence(COMMON_NAME, Der.utf8String(commonName))));
    }

    private static byte[] keyId(PublicKey key) throws GeneralSecurityException {
        return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()), KEY_ID_BYTES);
    }
}
