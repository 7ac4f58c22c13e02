package dev.quiver.rpc;

import dev.quiver.rpc.tls.PeerIdentity;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A live connection to one authenticated peer. Symmetric: either side may tell, ask and open streams. Every method may be
 * called from any thread and none blocks. What one thread sends arrives in the order it was sent; frames queued together
 * leave together.
 *
 * <p>Types are numbers in {@code [0, 65535]} and bodies are bytes; their meaning is the caller's. A body is transferred:
 * the caller does not change it afterwards. Bodies are limited by {@link RpcLimits#controlFrame()}; a larger one is an
 * {@link IllegalArgumentException}.
 */
public interface Connection {
    /** Who the peer proved to be. */
    PeerIdentity peer();

    InetSocketAddress remoteAddress();

    /**
     * Sends a message that has no answer.
     *
     * @return false if the connection is closed and the message was dropped; true promises only that it was queued
     */
    boolean tell(int type, ByteBuffer body);

    /**
     * As {@link #tell}, for a message that another follows at once: it leaves with that one, at the latest with the next
     * sign of life.
     */
    boolean tellAhead(int type, ByteBuffer body);

    default boolean tell(int type, byte[] body) {
        return tell(type, ByteBuffer.wrap(body));
    }

    /**
     * Sends a message and awaits its answer.
     *
     * @param timeout after which the future fails, noticed up to 100 ms late
     * @return the answer's body; or fails with an {@link RpcException}: {@code RemoteFailure}, {@code AskTimedOut},
     *     {@code TooManyAsks}, or what closed the connection. Completed on the I/O thread: dependents must not block
     */
    CompletableFuture<ByteBuffer> ask(int type, ByteBuffer body, Duration timeout);

    /** As {@link #ask(int, ByteBuffer, Duration)} with the timeout of the settings. */
    CompletableFuture<ByteBuffer> ask(int type, ByteBuffer body);

    default CompletableFuture<ByteBuffer> ask(int type, byte[] body) {
        return ask(type, ByteBuffer.wrap(body));
    }

    /**
     * Asks the peer for a stream of bytes.
     *
     * @param request  what is wanted; the peer's handler understands it
     * @param receiver called on the I/O thread, and on this one if the connection is closed already; hears exactly one {@code
     *                 onEnd} or {@code onError} at the end, unless the stream is cancelled
     * @param window   most bytes the sender may be ahead: received chunks that are not closed plus what is on its way
     */
    StreamSubscription openStream(int type, ByteBuffer request, StreamReceiver receiver, int window);

    /** As {@link #openStream(int, ByteBuffer, StreamReceiver, int)} with the window of the settings. */
    StreamSubscription openStream(int type, ByteBuffer request, StreamReceiver receiver);

    /** False while the peer is slow: a quarter of {@link RpcLimits#outbound()} is waiting. At the whole it is closed. */
    boolean isWritable();

    /** Control bytes queued here or in the network layer, not yet taken by the system. */
    long pendingBytes();

    boolean isOpen();

    /** Completes, always normally, with the cause once the connection is closed. */
    CompletableFuture<RpcException> closed();

    /** Sends what is queued, tells the peer the reason (at most 256 characters), and closes. Later calls do nothing. */
    void close(String reason);
}
