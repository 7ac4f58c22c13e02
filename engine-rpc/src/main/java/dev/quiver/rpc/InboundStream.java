package dev.quiver.rpc;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The receiving side of one stream. What the sender may still send is counted here as well: a chunk beyond it is a breach
 * of the protocol, so the memory of a stream is bounded by its window whatever the peer does. Credit goes back in
 * portions of a quarter of the window.
 */
final class InboundStream implements StreamSubscription {
    private final long id;
    private final StreamReceiver receiver;
    private final int window;
    private final NettyConnection connection;
    private final AtomicLong allowance;
    private final AtomicLong ungranted = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();

    InboundStream(long id, StreamReceiver receiver, int window, NettyConnection connection) {
        this.id = id;
        this.receiver = receiver;
        this.window = window;
        this.connection = connection;
        this.allowance = new AtomicLong(window);
    }

    /** Takes the sender's credit for a chunk that begins to arrive; false if it had not so much. */
    boolean consume(int bytes) {
        return allowance.addAndGet(-bytes) >= 0;
    }

    void onChunk(ByteBuf buffer) {
        Chunk chunk = new Chunk(buffer, this::onConsumed);
        if (over.get()) {
            chunk.close();
            return;
        }
        try {
            receiver.onChunk(chunk);
        } catch (RuntimeException e) {
            chunk.close();
            if (end()) {
                cancelAtSender("the receiver failed");
                receiver.onError(new RpcException.StreamCancelled("The receiver of this stream failed: " + e));
            }
        }
    }

    void onEnd() {
        if (end()) {
            receiver.onEnd();
        }
    }

    void onError(RpcException cause) {
        if (end()) {
            receiver.onError(cause);
        }
    }

    @Override
    public void cancel(String reason) {
        if (end()) {
            cancelAtSender(reason);
        }
    }

    private void cancelAtSender(String reason) {
        connection.send(
                FrameKind.STREAM_CANCEL, id, 0, ByteBuffer.wrap(PeerText.write(reason, PeerText.REASON_LENGTH)));
    }

    private boolean end() {
        if (!over.compareAndSet(false, true)) {
            return false;
        }
        connection.forgetInbound(id);
        return true;
    }

    private void onConsumed(int bytes) {
        long waiting = ungranted.addAndGet(bytes);
        if (waiting >= Math.max(1, window / 4) && !over.get()) {
            long granted = ungranted.getAndSet(0);
            if (granted > 0) {
                allowance.addAndGet(granted);
                connection.send(
                        FrameKind.STREAM_CREDIT, id, 0, ByteBuffer.allocate(4).putInt(0, (int) granted));
            }
        }
    }
}
