package dev.quiver.rpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The streams of one connection by their numbers: those that this side receives, opened from any thread, and those that it
 * sends, opened by the peer. Frames come on the I/O thread.
 */
final class Streams {
    /** Bytes before the request that opens a stream, and of a grant: how much may be sent. */
    static final int CREDIT_BYTES = 4;

    private final NettyConnection connection;
    private final Channel channel;
    private final Outbound outbound;
    private final RpcSettings settings;
    private final RpcMetrics metrics;
    private final StreamMemory memory;
    private final boolean zeroCopy;
    private final Map<Long, InboundStream> receiving = new ConcurrentHashMap<>();
    private final Map<Long, OutboundStream> sending = new ConcurrentHashMap<>();

    /** @param zeroCopy whether files may go out as they are */
    Streams(
            NettyConnection connection,
            Channel channel,
            Outbound outbound,
            RpcSettings settings,
            RpcMetrics metrics,
            StreamMemory memory,
            boolean zeroCopy) {
        this.connection = connection;
        this.channel = channel;
        this.outbound = outbound;
        this.settings = settings;
        this.metrics = metrics;
        this.memory = memory;
        this.zeroCopy = zeroCopy;
    }

    /** Opens a stream from the peer. @param window the most bytes on their way or not consumed; less when memory is short */
    StreamSubscription receive(long id, int type, ByteBuffer request, StreamReceiver receiver, int window) {
        int given = memory.takeWindow(window);
        InboundStream stream = new InboundStream(id, receiver, given, connection, memory);
        receiving.put(id, stream);
        metrics.streamsReceiving.increment();
        ByteBuffer body = ByteBuffer.allocate(CREDIT_BYTES + request.remaining());
        body.putInt(given).put(request.duplicate()).flip();
        if (!connection.send(FrameKind.STREAM_OPEN, id, type, body) || !connection.isOpen()) {
            stream.onError(connection.closeCause());
        }
        return stream;
    }

    void forgetInbound(long id) {
        if (receiving.remove(id) != null) {
            metrics.streamsReceiving.decrement();
        }
    }

    private void forgetOutbound(long id) {
        if (sending.remove(id) != null) {
            metrics.streamsSending.decrement();
        }
    }

    /** The connection is gone. */
    void failAll(RpcException cause) {
        new ArrayList<>(receiving.values()).forEach(stream -> stream.onError(cause));
        new ArrayList<>(sending.values()).forEach(stream -> stream.abort(cause));
    }

    // ---- of streams that this side receives

    /** As {@link FrameSink#chunkBuffer} says. */
    ByteBuf chunkBuffer(long id, int bytes) throws RpcException {
        InboundStream stream = receiving.get(id);
        if (stream == null) {
            return null; // cancelled while this chunk was on its way
        }
        if (bytes == 0 || !stream.consume(bytes)) {
            throw new RpcException.MalformedFrame("A chunk of " + bytes + " bytes is empty or more than its credit.");
        }
        try {
            return channel.alloc().directBuffer(bytes, bytes);
        } catch (OutOfMemoryError noneOutside) {
            // The sender is told of no more room than this stream has: better a copy on the heap than no connection.
            return channel.alloc().heapBuffer(bytes, bytes);
        }
    }

    /** @param chunk transferred */
    void onChunk(long id, ByteBuf chunk) {
        InboundStream stream = receiving.get(id);
        if (stream == null) {
            chunk.release();
        } else {
            stream.onChunk(chunk);
        }
    }

    /** @param failure null when all of it was sent */
    void onOver(long id, RpcException failure) {
        InboundStream stream = receiving.get(id);
        if (stream == null) {
            return;
        }
        if (failure == null) {
            stream.onEnd();
        } else {
            stream.onError(failure);
        }
    }

    // ---- of streams that this side sends

    /** The peer opens a stream. @param body its first credit, then the request */
    void onOpen(long id, int type, byte[] body, ConnectionHandler handler) throws RpcException {
        if (body.length < CREDIT_BYTES || sending.containsKey(id)) {
            throw new RpcException.MalformedFrame("A stream was opened without credit, or twice.");
        }
        ByteBuffer request = ByteBuffer.wrap(body);
        long credit = request.getInt() & 0xFFFF_FFFFL;
        if (sending.size() >= settings.limits().streams()) {
            connection.send(
                    FrameKind.STREAM_FAILED,
                    id,
                    0,
                    ByteBuffer.wrap(PeerText.write(
                            "Already " + settings.limits().streams()
                                    + " streams are being sent to this peer. Close some, "
                                    + "or raise the stream limit.",
                            PeerText.FAILURE_LENGTH)));
            return;
        }
        OutboundStream stream =
                new OutboundStream(id, channel, outbound, settings, memory, 0, zeroCopy, () -> forgetOutbound(id));
        stream.grant(credit);
        sending.put(id, stream);
        metrics.streamsSending.increment();
        try {
            handler.onStream(type, request.slice(), stream);
        } catch (RuntimeException e) {
            stream.fail("The stream of type " + type + " failed: " + e);
        }
    }

    void onCredit(long id, byte[] body) throws RpcException {
        if (body.length != CREDIT_BYTES) {
            throw new RpcException.MalformedFrame("A grant of credit has " + body.length + " bytes instead of 4.");
        }
        OutboundStream stream = sending.get(id);
        if (stream != null) {
            stream.grant(ByteBuffer.wrap(body).getInt() & 0xFFFF_FFFFL);
        }
    }

    void onCancel(long id, RpcException.StreamCancelled cause) {
        OutboundStream stream = sending.get(id);
        if (stream != null) {
            stream.abort(cause);
        }
    }
}
