package dev.quiver.rpc;

import dev.quiver.rpc.tls.PeerIdentity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Proof that a side knows the secret without sending it: HMAC-SHA256 over who proves, both fresh nonces and both
 * identities. A recorded handshake proves nothing later, and one side's proof is none for the other side.
 */
final class SharedSecretProof {
    static final int NONCE_BYTES = 32;
    static final int PROOF_BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";

    private final byte[] secret;
    private final byte[] transcript;

    SharedSecretProof(
            byte[] secret, byte[] connectorNonce, byte[] listenerNonce, PeerIdentity connector, PeerIdentity listener) {
        this.secret = secret;
        byte[] first = connector.uri().getBytes(StandardCharsets.US_ASCII);
        byte[] second = listener.uri().getBytes(StandardCharsets.US_ASCII);
        this.transcript = ByteBuffer.allocate(2 * NONCE_BYTES + 2 * Short.BYTES + first.length + second.length)
                .put(connectorNonce, 0, NONCE_BYTES)
                .put(listenerNonce, 0, NONCE_BYTES)
                .putShort((short) first.length)
                .put(first)
                .putShort((short) second.length)
                .put(second)
                .array();
    }

    byte[] ofConnector() {
        return proof((byte) 'C');
    }

    byte[] ofListener() {
        return proof((byte) 'L');
    }

    /** Takes the same time wherever the two differ. */
    static boolean matches(byte[] expected, byte[] given) {
        return MessageDigest.isEqual(expected, given);
    }

    private byte[] proof(byte side) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            mac.update(side);
            return mac.doFinal(transcript);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "This Java runtime has no " + ALGORITHM + ", which every one must have.", e);
        }
    }
}
