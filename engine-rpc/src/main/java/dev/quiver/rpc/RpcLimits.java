package dev.quiver.rpc;

/**
 * How much a peer can make this process hold. Sizes are bytes.
 *
 * @param preAuthFrame               largest frame before the peer is authenticated; a larger one is refused unread
 * @param controlFrame               largest tell, ask, reply or stream request, header included
 * @param chunk                      largest piece of a stream this side sends
 * @param acceptedChunk              largest piece of a stream this side accepts
 * @param outbound                   most control bytes waiting for one slow peer; over it the connection is closed
 * @param asksInFlight               most unanswered asks of one connection; over it an ask fails at once
 * @param streams                    most streams a peer may have this side send at once; over it an opening is refused
 * @param streamWindow               bytes a stream's sender may be ahead of its receiver, where the opening says nothing
 * @param streamSendBuffer           most bytes one stream queues on the sending side, however much credit it has
 * @param pendingHandshakesPerAddress most unauthenticated connections from one address; further ones are closed at once
 */
public record RpcLimits(
        int preAuthFrame,
        int controlFrame,
        int chunk,
        int acceptedChunk,
        long outbound,
        int asksInFlight,
        int streams,
        int streamWindow,
        int streamSendBuffer,
        int pendingHandshakesPerAddress) {

    private static final int KIBI = 1 << 10;
    private static final int MEBI = 1 << 20;

    public RpcLimits {
        requireAtLeast(1 * KIBI, preAuthFrame, "pre-authentication frame");
        requireAtLeast(preAuthFrame, controlFrame, "control frame");
        requireAtLeast(1, chunk, "chunk");
        requireAtLeast(chunk, acceptedChunk, "accepted chunk");
        requireAtLeast(controlFrame, outbound, "outbound");
        requireAtLeast(1, asksInFlight, "asks in flight");
        requireAtLeast(1, streams, "streams");
        requireAtLeast(1, streamWindow, "stream window");
        requireAtLeast(1, streamSendBuffer, "stream send buffer");
        requireAtLeast(1, pendingHandshakesPerAddress, "pending handshakes per address");
        if (Math.max(controlFrame, acceptedChunk) > Integer.MAX_VALUE - KIBI) {
            throw new IllegalArgumentException("Frames are limited to just under 2 GiB.");
        }
    }

    public static RpcLimits defaults() {
        return new RpcLimits(8 * KIBI, 16 * MEBI, MEBI, 4 * MEBI, 64L * MEBI, 64 * KIBI, KIBI, 4 * MEBI, 4 * MEBI, 64);
    }

    public RpcLimits withControlFrame(int bytes) {
        return new RpcLimits(
                preAuthFrame,
                bytes,
                chunk,
                acceptedChunk,
                outbound,
                asksInFlight,
                streams,
                streamWindow,
                streamSendBuffer,
                pendingHandshakesPerAddress);
    }

    public RpcLimits withChunk(int bytes, int acceptedBytes) {
        return new RpcLimits(
                preAuthFrame,
                controlFrame,
                bytes,
                acceptedBytes,
                outbound,
                asksInFlight,
                streams,
                streamWindow,
                streamSendBuffer,
                pendingHandshakesPerAddress);
    }

    public RpcLimits withOutbound(long bytes) {
        return new RpcLimits(
                preAuthFrame,
                controlFrame,
                chunk,
                acceptedChunk,
                bytes,
                asksInFlight,
                streams,
                streamWindow,
                streamSendBuffer,
                pendingHandshakesPerAddress);
    }

    private static void requireAtLeast(long least, long value, String name) {
        if (value < least) {
            throw new IllegalArgumentException(
                    "The " + name + " limit must be at least " + least + ", not " + value + ".");
        }
    }
}
