package dev.quiver.rpc;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** The answer to the ask with one id. */
final class FrameReply implements Reply {
    private final NettyConnection connection;
    private final long askId;
    private final int type;
    private final AtomicBoolean used = new AtomicBoolean();

    FrameReply(NettyConnection connection, long askId, int type) {
        this.connection = connection;
        this.askId = askId;
        this.type = type;
    }

    @Override
    public void ok(ByteBuffer body) {
        connection.requireSendable(type, body);
        use();
        connection.send(FrameKind.REPLY_OK, askId, 0, body.duplicate());
    }

    @Override
    public void fail(String message) {
        use();
        connection.send(
                FrameKind.REPLY_FAILED, askId, 0, ByteBuffer.wrap(PeerText.write(message, PeerText.FAILURE_LENGTH)));
    }

    /** For a handler that threw: it may have answered before. */
    void failUnlessUsed(String message) {
        if (!used.get()) {
            fail(message);
        }
    }

    private void use() {
        if (!used.compareAndSet(false, true)) {
            throw new IllegalStateException("The ask of type " + type + " was answered twice.");
        }
    }
}
