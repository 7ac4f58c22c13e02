package dev.quiver.rpc;

import dev.quiver.rpc.tls.PeerIdentity;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What happens before a connection exists. Until it is over no other frame is decoded, and frames are small.
 * <pre>
 *   connector                                     listener
 *      TLS 1.3, both sides show certificates; with a shared secret instead, nothing here
 *   HELLO identity, nonce?            ───────►    with TLS: must be the certificate's identity
 *      &lt;───────  CHALLENGE identity, nonce, proof   only with a shared secret
 *   PROOF proof                       ───────►    only with a shared secret
 *      &lt;───────  WELCOME, or REFUSED reason         what the policy decides
 * </pre>
 * The connector judges the listener as soon as it knows whom it met, before it says anything more. A wrong proof is
 * answered by closing, without a word; a proven peer that is not wanted is told why.
 */
abstract class Handshake implements FrameSink {
    final PeerChannel channel;
    final Credentials credentials;
    private final int frameLimit;
    private final PeerPolicy policy;

    Handshake(PeerChannel channel, Credentials credentials, int frameLimit, PeerPolicy policy) {
        this.channel = channel;
        this.credentials = credentials;
        this.frameLimit = frameLimit;
        this.policy = policy;
    }

    /** The bytes may flow; TLS, where it is on, has proved whom they come from: {@code certified}, else null. */
    abstract void start(PeerIdentity certified) throws RpcException;

    /** The only frame that may come now. */
    abstract boolean expects(FrameKind kind);

    @Override
    public final int lengthLimit() {
        return frameLimit;
    }

    @Override
    public final int bodyLimit(FrameKind kind) {
        return expects(kind) ? frameLimit - Frame.COUNTED_HEADER_BYTES : -1;
    }

    @Override
    public final ByteBuf chunkBuffer(long id, int bytes) {
        throw new AssertionError("no chunk passes bodyLimit during a handshake");
    }

    @Override
    public final void onChunk(long id, ByteBuf chunk) {
        chunk.release();
    }

    /** Whether this side wants to speak with a peer that has proved who it is. */
    final boolean accepts(PeerIdentity peer) {
        return peer.application().equals(credentials.identity().application()) && policy.accepts(peer);
    }

    final RpcException.HandshakeRefused refusal(String why) {
        return new RpcException.HandshakeRefused(
                "The handshake with " + channel.remoteAddress() + " failed: " + why + " The connection is closed.",
                null);
    }

    static RpcException versionMismatch(Object remote, int theirs) {
        return new RpcException.HandshakeRefused(
                "The peer at " + remote + " speaks version " + theirs + " of the protocol and this side speaks version "
                        + Frame.VERSION + ". The connection is closed. Run the same release on both sides.",
                null);
    }

    // ---- fields of the handshake's bodies: identities are a u16 length and ASCII, nonces and proofs have fixed sizes

    static ByteBuffer body(PeerIdentity identity, byte[]... fixed) {
        byte[] uri = identity.uri().getBytes(StandardCharsets.US_ASCII);
        int bytes = Short.BYTES + uri.length;
        for (byte[] field : fixed) {
            bytes += field.length;
        }
        ByteBuffer body =
                ByteBuffer.allocate(bytes).putShort((short) uri.length).put(uri);
        for (byte[] field : fixed) {
            body.put(field);
        }
        return body.flip();
    }

    static PeerIdentity readIdentity(ByteBuffer body) throws RpcException {
        int length = body.remaining() < Short.BYTES ? 0 : body.getShort() & 0xFFFF;
        if (length == 0 || length > body.remaining() || length > PeerIdentity.MAX_URI_LENGTH) {
            throw new RpcException.MalformedFrame("A handshake names no peer identity.");
        }
        String uri = new String(body.array(), body.arrayOffset() + body.position(), length, StandardCharsets.US_ASCII);
        body.position(body.position() + length);
        try {
            return PeerIdentity.parse(uri);
        } catch (IllegalArgumentException e) {
            throw new RpcException.MalformedFrame("A handshake names no peer identity.");
        }
    }

    static byte[] readFixed(ByteBuffer body, int bytes) throws RpcException {
        if (body.remaining() < bytes) {
            throw new RpcException.MalformedFrame("A handshake frame is too short.");
        }
        byte[] field = new byte[bytes];
        body.get(field);
        return field;
    }

    static void requireEnd(ByteBuffer body) throws RpcException {
        if (body.hasRemaining()) {
            throw new RpcException.MalformedFrame("A handshake frame is too long.");
        }
    }
}
