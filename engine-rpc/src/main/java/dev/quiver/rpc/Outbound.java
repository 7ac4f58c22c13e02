package dev.quiver.rpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Everything one connection has to write. Any thread queues; the I/O thread drains:
 * <pre>
 *   tell, ask, reply ──► control queue ───────┐ packed into 16 KiB buffers, all of them, at once
 *                                             ├──► channel ──► one flush per drain
 *   stream senders ──► ready streams ─────────┘ one chunk each in turn, while little is in flight
 * </pre>
 * Many frames queued before the I/O thread comes round cost one system call. Control frames never wait behind a stream by
 * more than the stream bytes in flight. Control bytes are counted until the system has taken them; who passes the limit
 * loses the connection.
 */
final class Outbound {
    /** Fits one TLS record, and is small enough for the allocator's thread cache. */
    private static final int PACK_BYTES = 16 << 10;

    /** Larger bodies are written from where they are. */
    private static final int PACKED_BODY_BYTES = 4 << 10;

    private final Channel channel;
    private final RpcMetrics metrics;
    private final long controlLimit;
    private final int streamLimit;
    private final ConnectionFailure failure;

    private final Queue<OutboundFrame> control = new ConcurrentLinkedQueue<>();
    private final AtomicLong controlBytes = new AtomicLong();
    private final Queue<OutboundStream> readyStreams = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean drainScheduled = new AtomicBoolean();
    private long streamBytesInFlight;

    /** Messages without an answer are numbered in the order in which they leave. */
    private long tells;

    private long framesSent;

    /** Ends the connection, from any thread. */
    @FunctionalInterface
    interface ConnectionFailure {
        void fail(RpcException cause);
    }

    Outbound(Channel channel, RpcMetrics metrics, RpcLimits limits, ConnectionFailure failure) {
        this.channel = channel;
        this.metrics = metrics;
        this.controlLimit = limits.outbound();
        this.streamLimit = 2 * limits.chunk();
        this.failure = failure;
    }

    /** Queues a control frame and has it written, from any thread. Over the limit the connection fails instead. */
    void send(OutboundFrame frame) {
        if (queue(frame)) {
            scheduleDrain();
        }
    }

    /** Queues a control frame that is written with the next one sent; false when that is over the limit. */
    boolean queue(OutboundFrame frame) {
        int bytes = frame.bytes();
        long waiting = controlBytes.addAndGet(bytes);
        if (waiting > controlLimit) {
            controlBytes.addAndGet(-bytes);
            failure.fail(new RpcException.OutboundOverflow("The peer at " + channel.remoteAddress()
                    + " does not keep up: " + (waiting - bytes) + " bytes are waiting for it and the limit is "
                    + controlLimit + ". The connection is closed and what was queued is lost. If the peer is healthy, "
                    + "send less while Connection.isWritable() is false, or raise the outbound limit."));
            return false;
        }
        control.add(frame);
        return true;
    }

    /** The stream has something to write; called once per wish, from any thread. */
    void ready(OutboundStream stream) {
        readyStreams.add(stream);
        scheduleDrain();
    }

    /** As {@link #ready}, from within a drain, which goes on by itself. */
    void stillReady(OutboundStream stream) {
        readyStreams.add(stream);
    }

    long controlBytes() {
        return controlBytes.get();
    }

    /** Control frames handed to the network, signs of life not counted; on the I/O thread only. */
    long framesSent() {
        return framesSent;
    }

    boolean isWritable() {
        return controlBytes.get() < controlLimit / 4;
    }

    private void scheduleDrain() {
        if (!drainScheduled.get() && drainScheduled.compareAndSet(false, true)) {
            try {
                channel.eventLoop().execute(this::drain);
            } catch (RejectedExecutionException e) {
                failure.fail(new RpcException.ConnectionClosed("The transport of this connection was closed.", e));
            }
        }
    }

    private void drain() {
        drainScheduled.set(false);
        if (!channel.isActive()) {
            control.clear();
            readyStreams.clear();
            return;
        }
        try {
            boolean wrote = drainControl();
            wrote |= drainStreams();
            if (wrote) {
                metrics.flushes.increment();
                channel.flush();
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            failure.fail(new RpcException.ConnectionClosed(
                    "Writing to the peer at " + channel.remoteAddress() + " failed: " + e, e));
        }
    }

    private boolean drainControl() {
        boolean wrote = false;
        ByteBuf pack = null;
        OutboundFrame frame;
        while ((frame = control.poll()) != null) {
            wrote = true;
            metrics.framesOut.increment();
            framesSent += frame.kind() == FrameKind.PING || frame.kind() == FrameKind.PONG ? 0 : 1;
            boolean packed = frame.body().remaining() <= PACKED_BODY_BYTES;
            int room = packed ? frame.bytes() : Frame.HEADER_BYTES;
            if (pack != null && pack.writableBytes() < room) {
                writeControl(pack);
                pack = null;
            }
            if (pack == null) {
                pack = channel.alloc().directBuffer(PACK_BYTES, PACK_BYTES);
            }
            long id = switch (frame.kind()) {
                case TELL -> ++tells;
                case PING, PONG -> tells;
                default -> frame.id();
            };
            Frame.writeHeader(pack, frame.kind(), id, frame.type(), frame.body().remaining());
            if (packed) {
                pack.writeBytes(frame.body().duplicate());
            } else {
                writeControl(pack);
                pack = null;
                writeControl(Unpooled.wrappedBuffer(frame.body()));
            }
            if (frame.kind() == FrameKind.GOODBYE) {
                if (pack != null) {
                    writeControl(pack);
                    pack = null;
                }
                channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
                return true;
            }
        }
        if (pack != null) {
            writeControl(pack);
        }
        return wrote;
    }

    private void writeControl(ByteBuf buffer) {
        int bytes = buffer.readableBytes();
        metrics.bytesOut.add(bytes);
        channel.write(buffer).addListener(written -> controlBytes.addAndGet(-bytes));
    }

    private boolean drainStreams() {
        boolean wrote = false;
        OutboundStream stream;
        while (streamBytesInFlight < streamLimit && (stream = readyStreams.poll()) != null) {
            wrote |= stream.writeNext(this);
        }
        return wrote;
    }

    /** Writes one frame of a stream; on the I/O thread only. The message is transferred. */
    void writeStreamFrame(OutboundStream stream, ByteBuf header, Object body, int bodyBytes) {
        metrics.framesOut.increment();
        metrics.bytesOut.add(Frame.HEADER_BYTES + bodyBytes);
        streamBytesInFlight += bodyBytes;
        if (body == null) {
            channel.write(header);
            return;
        }
        channel.write(header);
        channel.write(body).addListener(written -> {
            streamBytesInFlight -= bodyBytes;
            stream.onWritten(bodyBytes, body instanceof ByteBuf);
            if (!written.isSuccess()) {
                failure.fail(new RpcException.ConnectionClosed(
                        "Writing to the peer at " + channel.remoteAddress() + " failed in the middle of a chunk.",
                        written.cause()));
            } else if (!readyStreams.isEmpty()) {
                scheduleDrain();
            }
        });
    }

    ByteBuf header(FrameKind kind, long id, int bodyBytes) {
        ByteBuf header = channel.alloc().directBuffer(Frame.HEADER_BYTES, Frame.HEADER_BYTES);
        Frame.writeHeader(header, kind, id, 0, bodyBytes);
        return header;
    }
}
