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
    private final StreamMemory memory;
    private final AtomicLong allowance;
    private final AtomicLong ungranted = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();

    /** Bytes of chunks that were handed over and not closed. */
    private int heldBytes;

    private boolean ended;

    /** @param window taken from {@code memory}, which gets it back when the stream is over and its chunks are closed */
    InboundStream(long id, StreamReceiver receiver, int window, NettyConnection connection, StreamMemory memory) {
        this.id = id;
        this.receiver = receiver;
        this.window = window;
        this.connection = connection;
        this.memory = memory;
        this.allowance = new AtomicLong(window);
    }

    /** Takes the sender's credit for a chunk that begins to arrive; false if it had not so much. */
    boolean consume(int bytes) {
        return allowance.addAndGet(-bytes) >= 0;
    }

    void onChunk(ByteBuf buffer) {
        if (!hold(buffer.readableBytes())) {
            buffer.release();
            return;
        }
        Chunk chunk = new Chunk(buffer, this::onConsumed);
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
        returnUnused();
        return true;
    }

    /** False when the stream is over, and nobody wants the chunk. */
    private synchronized boolean hold(int bytes) {
        if (!ended) {
            heldBytes += bytes;
        }
        return !ended;
    }

    private synchronized void returnUnused() {
        ended = true;
        memory.returnWindow(window - heldBytes);
    }

    private synchronized void letGo(int bytes) {
        heldBytes -= bytes;
        if (ended) {
            memory.returnWindow(bytes);
        }
    }

    private void onConsumed(int bytes) {
        letGo(bytes);
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
