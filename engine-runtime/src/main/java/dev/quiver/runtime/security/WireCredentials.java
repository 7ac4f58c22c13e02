package dev.quiver.runtime.security;

import dev.quiver.rpc.Credentials;
import dev.quiver.rpc.tls.PeerIdentity;
import dev.quiver.rpc.tls.TlsMaterial;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * What a driver hands an executor so that it can prove itself: one byte for the kind, then a key with its certificates
 * in PEM form, or the shared secret of a session whose encryption is off.
 */
public final class WireCredentials {
    private static final byte CERTIFICATE = 1;
    private static final byte SECRET = 2;

    private WireCredentials() {}

    /** The bytes of a certificate and its key. */
    public static byte[] encode(TlsMaterial material) {
        return tagged(CERTIFICATE, material.toPem());
    }

    /** The bytes of a shared secret. */
    public static byte[] encode(byte[] secret) {
        return tagged(SECRET, secret);
    }

    private static byte[] tagged(byte kind, byte[] content) {
        byte[] bytes = new byte[content.length + 1];
        bytes[0] = kind;
        System.arraycopy(content, 0, bytes, 1, content.length);
        return bytes;
    }

    /**
     * Reads credentials for a process.
     *
     * @throws GeneralSecurityException if they are malformed or prove somebody else
     */
    public static Credentials decode(PeerIdentity self, byte[] bytes) throws GeneralSecurityException {
        byte[] content = Arrays.copyOfRange(bytes, 1, bytes.length);
        if (bytes[0] == SECRET) {
            return Credentials.sharedSecretWithoutEncryption(self, content);
        }
        TlsMaterial material = TlsMaterial.fromPem(content);
        if (!material.identity().equals(self)) {
            throw new GeneralSecurityException("the certificate is for " + material.identity() + ", not " + self);
        }
        return Credentials.tls(material);
    }
}
