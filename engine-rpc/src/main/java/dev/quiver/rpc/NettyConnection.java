package dev.quiver.rpc;

import dev.quiver.rpc.tls.PeerIdentity;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A connection after its handshake: turns calls into frames and frames into calls. Frames come in on the I/O thread;
 * calls come from anywhere, through the two maps and {@link Outbound}. The first cause to arrive is why it closed.
 */
final class NettyConnection implements Connection, FrameSink {
    private static final long ASK_SWEEP_MILLIS = 100;
    private static final long CLOSE_MILLIS = 1_000;

    private final PeerIdentity peer;
    private final Channel channel;
    private final RpcSettings settings;
    private final RpcMetrics metrics;
    private final Outbound outbound;
    private final PendingAsks asks;
    private final KeepAlive keepAlive;
    private final Streams streams;
    private final MessageOrder order;
    private final AtomicLong nextId = new AtomicLong(1);
    private final AtomicBoolean sweeping = new AtomicBoolean();
    private final AtomicReference<RpcException> cause = new AtomicReference<>();
    private final CompletableFuture<RpcException> closed = new CompletableFuture<>();
    private ConnectionHandler handler;

    NettyConnection(
            PeerIdentity peer,
            Channel channel,
            RpcSettings settings,
            RpcMetrics metrics,
            StreamMemory memory,
            boolean encrypted) {
        this.peer = peer;
        this.channel = channel;
        this.settings = settings;
        this.metrics = metrics;
        this.outbound = new Outbound(channel, metrics, settings.limits(), this::fail);
        this.asks = new PendingAsks(settings.limits().asksInFlight(), metrics);
        this.keepAlive = new KeepAlive(channel, settings.timeouts(), this);
        this.streams = new Streams(this, channel, outbound, settings, metrics, memory, !encrypted);
        this.order = new MessageOrder(peer, metrics);
    }

    /** Begins to deliver messages; on the I/O thread, once. */
    void start(ConnectionHandler connectionHandler) {
        handler = connectionHandler;
        metrics.connectionsOpened.increment();
        keepAlive.start();
    }

    // ---- what callers do, from any thread

    @Override
    public PeerIdentity peer() {
        return peer;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return (InetSocketAddress) channel.remoteAddress();
    }

    @Override
    public boolean tell(int type, ByteBuffer body) {
        requireSendable(type, body);
        return send(FrameKind.TELL, 0, type, body.duplicate());
    }

    @Override
    public boolean tellAhead(int type, ByteBuffer body) {
        requireSendable(type, body);
        if (!isOpen()) {
            return false;
        }
        outbound.queue(new OutboundFrame(FrameKind.TELL, 0, type, body.duplicate()));
        return true;
    }

    @Override
    public CompletableFuture<ByteBuffer> ask(int type, ByteBuffer body) {
        return ask(type, body, settings.timeouts().ask());
    }

    @Override
    public CompletableFuture<ByteBuffer> ask(int type, ByteBuffer body, Duration timeout) {
        requireSendable(type, body);
        CompletableFuture<ByteBuffer> answer = new CompletableFuture<>();
        long id = nextId.getAndIncrement();
        if (!asks.add(id, answer, type, timeout, System.nanoTime())) {
            return CompletableFuture.failedFuture(new RpcException.TooManyAsks("Already "
                    + settings.limits().asksInFlight() + " asks wait for a reply from " + peer
                    + "; this one was not sent. Ask less at once, or raise the limit of asks in flight."));
        }
        if (!send(FrameKind.ASK, id, type, body.duplicate()) || !isOpen()) {
            asks.fail(id, closeCause());
        } else {
            scheduleSweep(timeout);
        }
        return answer;
    }

    @Override
    public StreamSubscription openStream(int type, ByteBuffer request, StreamReceiver receiver) {
        return openStream(type, request, receiver, settings.limits().streamWindow());
    }

    @Override
    public StreamSubscription openStream(int type, ByteBuffer request, StreamReceiver receiver, int window) {
        requireSendable(type, request);
        if (window < 1) {
            throw new IllegalArgumentException("A stream needs a window of at least one byte, not " + window + ".");
        }
        return streams.receive(nextId.getAndIncrement(), type, request, receiver, window);
    }

    @Override
    public boolean isWritable() {
        return isOpen() && outbound.isWritable();
    }

    @Override
    public long pendingBytes() {
        return outbound.controlBytes();
    }

    @Override
    public boolean isOpen() {
        return cause.get() == null;
    }

    @Override
    public CompletableFuture<RpcException> closed() {
        return closed.copy();
    }

    @Override
    public void close(String reason) {
        ByteBuffer text = ByteBuffer.wrap(PeerText.write(reason, PeerText.REASON_LENGTH));
        RpcException.ConnectionClosed closing = new RpcException.ConnectionClosed(
                "The connection to " + peer + " was closed on this side: " + reason, null);
        if (cause.compareAndSet(null, closing)) {
            outbound.send(new OutboundFrame(FrameKind.GOODBYE, 0, 0, text));
            try {
                channel.eventLoop().schedule(() -> channel.close(), CLOSE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                channel.close();
            }
        }
    }

    // ---- what the other classes of the connection use

    /** Queues a frame unless the connection is closed. */
    boolean send(FrameKind kind, long id, int type, ByteBuffer body) {
        if (!isOpen()) {
            return false;
        }
        outbound.send(new OutboundFrame(kind, id, type, body));
        return true;
    }

    /** Ends the connection at once, for this cause unless there was one before. From any thread. */
    void fail(RpcException failure) {
        cause.compareAndSet(null, failure);
        channel.close();
    }

    void requireSendable(int type, ByteBuffer body) {
        if (type < 0 || type > Frame.MAX_TYPE) {
            throw new IllegalArgumentException("A message type is in [0, " + Frame.MAX_TYPE + "], not " + type + ".");
        }
        if (body.remaining() > controlBodyLimit() - Streams.CREDIT_BYTES) {
            throw new IllegalArgumentException("A message of type " + type + " to " + peer + " has " + body.remaining()
                    + " bytes, but a control frame holds " + (controlBodyLimit() - Streams.CREDIT_BYTES)
                    + ". Send it as a stream, or raise the control frame limit on both sides.");
        }
    }

    /** The type of an ask of this side that waits for its reply, or 0. */
    int typeOfAsk(long id) {
        return asks.type(id);
    }

    void forgetInbound(long id) {
        streams.forgetInbound(id);
    }

    /** Why it is closed; null while it is open. */
    RpcException closeCause() {
        return cause.get();
    }

    // ---- what the channel brings, on the I/O thread

    /** Frames that left so far, signs of life not counted. */
    long framesSent() {
        return outbound.framesSent();
    }

    void onBytes() {
        keepAlive.onBytes();
    }

    /** The channel is gone. */
    void onInactive(Throwable failure) {
        cause.compareAndSet(
                null,
                new RpcException.ConnectionClosed(
                        "The connection to " + peer + " at " + channel.remoteAddress() + " was lost: "
                                + (failure == null
                                        ? "the peer's side of it ended without a word"
                                        : failure.getMessage())
                                + ". What was in flight may or may not have arrived.",
                        failure));
        RpcException why = closeCause();
        keepAlive.stop();
        metrics.connectionsClosed.increment();
        asks.failAll(why);
        streams.failAll(why);
        try {
            handler.onClosed(why);
        } finally {
            closed.complete(why);
        }
    }

    @Override
    public int lengthLimit() {
        int chunk = settings.limits().acceptedChunk() + Frame.COUNTED_HEADER_BYTES;
        return Math.max(settings.limits().controlFrame(), chunk);
    }

    @Override
    public int bodyLimit(FrameKind kind) {
        return switch (kind) {
            case HELLO, CHALLENGE, PROOF, WELCOME, REFUSED -> -1;
            case PING, PONG, STREAM_END -> 0;
            case STREAM_CREDIT -> Streams.CREDIT_BYTES;
            case GOODBYE, STREAM_CANCEL, STREAM_FAILED, REPLY_FAILED -> 4 * PeerText.FAILURE_LENGTH;
            case TELL, ASK, REPLY_OK, STREAM_OPEN -> controlBodyLimit();
            case STREAM_CHUNK -> settings.limits().acceptedChunk();
        };
    }

    @Override
    public void onOtherVersion(int version) throws RpcException {
        throw new RpcException.MalformedFrame("The peer changed its protocol version from " + Frame.VERSION + " to "
                + version + " in the middle of a connection.");
    }

    @Override
    public ByteBuf chunkBuffer(long id, int bytes) throws RpcException {
        return streams.chunkBuffer(id, bytes);
    }

    @Override
    public void onChunk(long id, ByteBuf chunk) {
        streams.onChunk(id, chunk);
    }

    @Override
    public void onFrame(FrameKind kind, long id, int type, byte[] body) throws RpcException {
        switch (kind) {
            case PING -> {
                order.requireHeard(id, "a sign of life");
                send(FrameKind.PONG, 0, 0, OutboundFrame.EMPTY);
            }
            case GOODBYE ->
                fail(new RpcException.ConnectionClosed(
                        peer + " closed the connection: " + PeerText.read(body, PeerText.REASON_LENGTH), null));
            case TELL -> {
                if (order.isNext(id, type)) {
                    onTell(type, body);
                }
            }
            case ASK -> onAsk(id, type, body);
            case REPLY_OK -> asks.complete(id, ByteBuffer.wrap(body));
            case REPLY_FAILED ->
                asks.fail(id, new RpcException.RemoteFailure(PeerText.read(body, PeerText.FAILURE_LENGTH)));
            case STREAM_OPEN -> streams.onOpen(id, type, body, handler);
            case STREAM_CREDIT -> streams.onCredit(id, body);
            case STREAM_CANCEL ->
                streams.onCancel(
                        id,
                        new RpcException.StreamCancelled(
                                peer + " cancelled the stream: " + PeerText.read(body, PeerText.REASON_LENGTH)));
            case STREAM_END -> streams.onOver(id, null);
            case STREAM_FAILED ->
                streams.onOver(id, new RpcException.RemoteFailure(PeerText.read(body, PeerText.FAILURE_LENGTH)));
            case PONG -> {
                order.requireHeard(id, "a sign of life");
                keepAlive.onAnswer();
            }
            case HELLO, CHALLENGE, PROOF, WELCOME, REFUSED, STREAM_CHUNK -> throw new AssertionError(kind);
        }
    }

    private void onTell(int type, byte[] body) throws RpcException {
        try {
            handler.onTell(type, ByteBuffer.wrap(body));
        } catch (RuntimeException e) {
            throw refused("a message of type " + type, e);
        }
    }

    private void onAsk(long id, int type, byte[] body) {
        FrameReply reply = new FrameReply(this, id, type);
        try {
            handler.onAsk(type, ByteBuffer.wrap(body), reply);
        } catch (RuntimeException e) {
            reply.failUnlessUsed("The ask of type " + type + " failed: " + e);
        }
    }

    private void scheduleSweep(Duration timeout) {
        if (!sweeping.get() && sweeping.compareAndSet(false, true)) {
            try {
                channel.eventLoop().schedule(this::sweepAsks, ASK_SWEEP_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                fail(new RpcException.ConnectionClosed("The transport of this connection was closed.", e));
                asks.failAll(closeCause());
            }
        }
    }

    private void sweepAsks() {
        sweeping.set(false);
        asks.expire(System.nanoTime(), peer.toString());
        if (!asks.isEmpty()) {
            scheduleSweep(null);
        }
    }

    private int controlBodyLimit() {
        return settings.limits().controlFrame() - Frame.COUNTED_HEADER_BYTES;
    }

    private RpcException refused(String what, RuntimeException e) {
        return new RpcException.ConnectionClosed(
                "The handler for " + peer + " failed on " + what + ": " + e + ". The connection is closed.", e);
    }
}
