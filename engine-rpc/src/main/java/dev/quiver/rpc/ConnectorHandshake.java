package dev.quiver.rpc;

import dev.quiver.rpc.tls.PeerIdentity;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/** The side that connects. */
final class ConnectorHandshake extends Handshake {
    private final SecureRandom random;
    private FrameKind expected;
    private PeerIdentity listener;
    private byte[] nonce;

    ConnectorHandshake(
            PeerChannel channel, Credentials credentials, int frameLimit, PeerPolicy policy, SecureRandom random) {
        super(channel, credentials, frameLimit, policy);
        this.random = random;
    }

    @Override
    void start(PeerIdentity certified) throws RpcException {
        if (certified != null) {
            requireAccepted(certified);
            listener = certified;
            expected = FrameKind.WELCOME;
            channel.writeHandshake(FrameKind.HELLO, body(credentials.identity()));
        } else {
            nonce = new byte[SharedSecretProof.NONCE_BYTES];
            random.nextBytes(nonce);
            expected = FrameKind.CHALLENGE;
            channel.writeHandshake(FrameKind.HELLO, body(credentials.identity(), nonce));
        }
    }

    @Override
    boolean expects(FrameKind kind) {
        return kind == expected || kind == FrameKind.REFUSED;
    }

    @Override
    public void onOtherVersion(int version) throws RpcException {
        throw versionMismatch(channel.remoteAddress(), version);
    }

    @Override
    public void onFrame(FrameKind kind, long id, int type, byte[] bytes) throws RpcException {
        ByteBuffer body = ByteBuffer.wrap(bytes);
        switch (kind) {
            case CHALLENGE -> onChallenge(body);
            case WELCOME -> {
                requireEnd(body);
                channel.established(listener);
            }
            case REFUSED -> throw refusal("the peer refused: " + PeerText.read(bytes, PeerText.REASON_LENGTH));
            default -> throw new AssertionError(kind);
        }
    }

    private void onChallenge(ByteBuffer body) throws RpcException {
        PeerIdentity claimed = readIdentity(body);
        byte[] listenerNonce = readFixed(body, SharedSecretProof.NONCE_BYTES);
        byte[] listenerProof = readFixed(body, SharedSecretProof.PROOF_BYTES);
        requireEnd(body);
        byte[] secret = ((Credentials.SharedSecret) credentials).secret();
        SharedSecretProof proof = new SharedSecretProof(secret, nonce, listenerNonce, credentials.identity(), claimed);
        if (!SharedSecretProof.matches(proof.ofListener(), listenerProof)) {
            throw refusal("the peer does not know the secret of this application.");
        }
        requireAccepted(claimed);
        listener = claimed;
        expected = FrameKind.WELCOME;
        channel.writeHandshake(FrameKind.PROOF, ByteBuffer.wrap(proof.ofConnector()));
    }

    private void requireAccepted(PeerIdentity peer) throws RpcException {
        if (!accepts(peer)) {
            throw refusal("the peer is " + peer + ", which is not who was to be found there.");
        }
    }
}
