package dev.quiver.rpc;

import dev.quiver.rpc.tls.PeerIdentity;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;

/** A peer that is only a socket: it sends any bytes, at any pace, and reads only when told to. */
final class RawPeer implements AutoCloseable {
    private static final int READ_TIMEOUT_MILLIS = 30_000;
    final Socket socket = new Socket();
    final OutputStream out;
    final DataInputStream in;

    RawPeer(InetSocketAddress address) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setReceiveBufferSize(16 << 10);
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        socket.connect(address);
        out = socket.getOutputStream();
        in = new DataInputStream(socket.getInputStream());
    }

    /** One whole frame. */
    static byte[] frame(FrameKind kind, long id, int type, byte[] body) {
        return frame(Frame.VERSION, kind.code(), id, type, body);
    }

    static byte[] frame(int version, int kind, long id, int type, byte[] body) {
        return ByteBuffer.allocate(Frame.HEADER_BYTES + body.length)
                .putInt(Frame.COUNTED_HEADER_BYTES + body.length)
                .putShort((short) Frame.MAGIC)
                .put((byte) version)
                .put((byte) kind)
                .putLong(id)
                .putShort((short) type)
                .put(body)
                .array();
    }

    static byte[] hello(PeerIdentity identity, byte[] nonce) {
        return frame(FrameKind.HELLO, 0, 0, bytes(Handshake.body(identity, nonce)));
    }

    /** Proves itself with the shared secret, as the executor. */
    RawPeer authenticate() throws Exception {
        byte[] nonce = new byte[SharedSecretProof.NONCE_BYTES];
        out.write(hello(Peers.EXECUTOR, nonce));
        ByteBuffer challenge = ByteBuffer.wrap(readBody(FrameKind.CHALLENGE));
        PeerIdentity listener = Handshake.readIdentity(challenge);
        byte[] listenerNonce = Handshake.readFixed(challenge, SharedSecretProof.NONCE_BYTES);
        SharedSecretProof proof = new SharedSecretProof(Peers.SECRET, nonce, listenerNonce, Peers.EXECUTOR, listener);
        out.write(frame(FrameKind.PROOF, 0, 0, proof.ofConnector()));
        readBody(FrameKind.WELCOME);
        return this;
    }

    byte[] readBody(FrameKind expected) throws IOException {
        byte[] header = new byte[Frame.HEADER_BYTES];
        in.readFully(header);
        if (header[Frame.VERSION_END] != expected.code()) {
            throw new IOException("expected " + expected + " but got kind " + header[Frame.VERSION_END]);
        }
        byte[] body = new byte[ByteBuffer.wrap(header).getInt() - Frame.COUNTED_HEADER_BYTES];
        in.readFully(body);
        return body;
    }

    /** Everything the peer sends until it closes; a reset counts as closing. */
    byte[] readToEnd() throws IOException {
        java.io.ByteArrayOutputStream read = new java.io.ByteArrayOutputStream();
        try {
            int next;
            while ((next = in.read()) >= 0) {
                read.write(next);
            }
        } catch (SocketException reset) {
            // also an end
        }
        return read.toByteArray();
    }

    /** Sends bytes to a peer that may close at any of them. */
    void offer(byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException closedMeanwhile) {
            // what the test asserts comes later
        }
    }

    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
