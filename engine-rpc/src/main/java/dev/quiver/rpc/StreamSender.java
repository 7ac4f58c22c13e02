package dev.quiver.rpc;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A stream as its sender holds it. {@code send} blocks its caller while the receiver is behind, so it belongs on a worker
 * thread: on an I/O thread it throws {@link IllegalStateException}. One thread at a time. Ends with exactly one {@link
 * #end} or {@link #fail}.
 */
public interface StreamSender {
    /**
     * Sends bytes, in pieces of at most {@link RpcLimits#chunk()}.
     *
     * @param data borrowed: the caller's again when this returns; its position moves to its limit
     * @throws RpcException if the receiver cancelled, does not read, or the connection is closed. The stream is over
     */
    void send(ByteBuffer data) throws RpcException;

    /**
     * Sends part of a file: without TLS straight from the page cache, with TLS read piece by piece on this thread.
     *
     * @param file   borrowed; not closed. Its bytes in the range must not change until this returns, and nobody may close
     *               it. The position of the channel is neither used nor changed
     * @param offset of the first byte
     * @param length in bytes; the range must lie inside the file
     * @throws RpcException             as {@link #send(ByteBuffer)}
     * @throws java.io.IOException      if the file cannot be read or is shorter than the range; nothing or part was sent,
     *     so the stream must now {@link #fail}
     */
    void send(FileChannel file, long offset, long length) throws java.io.IOException;

    /** Everything was sent. Does not block. */
    void end();

    /** The rest cannot be sent. Does not block. The message is for a person; it is cut at 4,096 characters. */
    void fail(String message);

    /** Whether sending more is pointless: the stream has ended, was cancelled, or its connection is closed. */
    boolean isDone();

    /**
     * Calls back once when the stream is over on this side, however that comes: its last frame was written, the receiver
     * cancelled it, or the connection closed. So a stream that is not ended is a lease, which the receiver gives back by
     * cancelling and which does not outlive its connection. Does not block.
     *
     * @param callback called on any thread, at once when the stream is over already; must not block
     */
    void onOver(Runnable callback);
}
