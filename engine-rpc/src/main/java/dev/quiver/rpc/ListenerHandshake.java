package dev.quiver.rpc;

import dev.quiver.rpc.tls.PeerIdentity;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/** The side that was connected to. It says nothing before it has heard a well-formed hello. */
final class ListenerHandshake extends Handshake {
    private final SecureRandom random;
    private FrameKind expected = FrameKind.HELLO;
    private PeerIdentity certified;
    private PeerIdentity connector;
    private byte[] expectedProof;

    ListenerHandshake(
            PeerChannel channel, Credentials credentials, int frameLimit, PeerPolicy policy, SecureRandom random) {
        super(channel, credentials, frameLimit, policy);
        this.random = random;
    }

    @Override
    void start(PeerIdentity peer) {
        certified = peer;
    }

    @Override
    boolean expects(FrameKind kind) {
        return kind == expected;
    }

    @Override
    public void onOtherVersion(int version) throws RpcException {
        // The header of the refusal carries this side's version, so both sides can name both.
        channel.writeHandshake(FrameKind.REFUSED, OutboundFrame.EMPTY);
        throw versionMismatch(channel.remoteAddress(), version);
    }

    @Override
    public void onFrame(FrameKind kind, long id, int type, byte[] bytes) throws RpcException {
        ByteBuffer body = ByteBuffer.wrap(bytes);
        if (kind == FrameKind.HELLO) {
            onHello(body);
        } else {
            onProof(body);
        }
    }

    private void onHello(ByteBuffer body) throws RpcException {
        connector = readIdentity(body);
        if (credentials instanceof Credentials.SharedSecret shared) {
            byte[] connectorNonce = readFixed(body, SharedSecretProof.NONCE_BYTES);
            requireEnd(body);
            byte[] nonce = new byte[SharedSecretProof.NONCE_BYTES];
            random.nextBytes(nonce);
            SharedSecretProof proof =
                    new SharedSecretProof(shared.secret(), connectorNonce, nonce, connector, shared.identity());
            expectedProof = proof.ofConnector();
            expected = FrameKind.PROOF;
            channel.writeHandshake(FrameKind.CHALLENGE, body(shared.identity(), nonce, proof.ofListener()));
        } else {
            requireEnd(body);
            if (!connector.equals(certified)) {
                throw refusal("the peer calls itself " + connector + " but its certificate says " + certified + ".");
            }
            welcome();
        }
    }

    private void onProof(ByteBuffer body) throws RpcException {
        byte[] given = readFixed(body, SharedSecretProof.PROOF_BYTES);
        requireEnd(body);
        if (!SharedSecretProof.matches(expectedProof, given)) {
            throw refusal("the peer, which calls itself " + connector + ", does not know the secret.");
        }
        welcome();
    }

    private void welcome() throws RpcException {
        if (!accepts(connector)) {
            String reason = connector + " is not accepted on this port.";
            channel.writeHandshake(FrameKind.REFUSED, ByteBuffer.wrap(PeerText.write(reason, PeerText.REASON_LENGTH)));
            throw refusal(reason);
        }
        channel.writeHandshake(FrameKind.WELCOME, OutboundFrame.EMPTY);
        channel.established(connector);
    }
}
