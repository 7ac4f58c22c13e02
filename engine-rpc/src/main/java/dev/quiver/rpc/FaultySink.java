package dev.quiver.rpc;

import dev.quiver.rpc.FrameFaults.Arrival;
import dev.quiver.rpc.FrameFaults.Fate;
import dev.quiver.rpc.FrameFaults.Purpose;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Stands between the decoder and a connection where there are {@link FrameFaults}. Frames that are late wait here, in the
 * order of their arrival, and so does one that the next is to overtake. Only on the channel's I/O thread.
 */
final class FaultySink implements FrameSink {
    private final NettyConnection connection;
    private final Channel channel;
    private final FaultyWire wire;
    private final FrameFaults.Line line;
    private final Deque<Waiting> late = new ArrayDeque<>();
    private Arrived overtaken;

    /** A frame that has arrived; what it holds belongs to it until it is delivered or released. */
    private record Arrived(FrameKind kind, long id, int type, byte[] body, ByteBuf chunk) {
        Arrived copy(Channel channel) {
            ByteBuf copied = chunk == null
                    ? null
                    : channel.alloc().directBuffer(chunk.readableBytes()).writeBytes(chunk.duplicate());
            return new Arrived(kind, id, type, body, copied);
        }

        void release() {
            if (chunk != null) {
                chunk.release();
            }
        }
    }

    private record Waiting(Arrived frame, long dueNanos) {}

    private FaultySink(NettyConnection connection, Channel channel, FaultyWire wire, FrameFaults.Line line) {
        this.connection = connection;
        this.channel = channel;
        this.wire = wire;
        this.line = line;
        channel.closeFuture().addListener(closed -> releaseAll());
    }

    /** What a connection's frames go through: the connection itself where they are left alone. */
    static FrameSink before(NettyConnection connection, Channel channel, FrameFaults faults) {
        FaultyWire wire = new FaultyWire(channel);
        FrameFaults.Line line = faults.on(connection, wire);
        return line == null ? connection : new FaultySink(connection, channel, wire, line);
    }

    @Override
    public int lengthLimit() {
        return connection.lengthLimit();
    }

    @Override
    public int bodyLimit(FrameKind kind) {
        return connection.bodyLimit(kind);
    }

    @Override
    public void onOtherVersion(int version) throws RpcException {
        connection.onOtherVersion(version);
    }

    @Override
    public ByteBuf chunkBuffer(long id, int bytes) throws RpcException {
        return connection.chunkBuffer(id, bytes);
    }

    @Override
    public void onFrame(FrameKind kind, long id, int type, byte[] body) throws RpcException {
        arrived(new Arrived(kind, id, type, body, null), body.length);
    }

    @Override
    public void onChunk(long id, ByteBuf chunk) {
        try {
            arrived(new Arrived(FrameKind.STREAM_CHUNK, id, 0, null, chunk), chunk.readableBytes());
        } catch (RpcException broken) {
            connection.fail(broken);
        }
    }

    private void arrived(Arrived frame, int bytes) throws RpcException {
        if (!channel.isActive()) {
            frame.release(); // what had come with a frame that reset the connection
            return;
        }
        Fate fate = line.of(new Arrival(purpose(frame.kind()), type(frame), bytes));
        if (fate instanceof Fate.IsLost) {
            frame.release();
        } else if (fate instanceof Fate.ComesTwice) {
            Arrived again = frame.copy(channel);
            inTurn(frame, 0);
            inTurn(again, 0);
        } else if (fate instanceof Fate.IsOvertaken && overtaken == null) {
            overtaken = frame;
            return;
        } else if (fate instanceof Fate.IsLate slow) {
            inTurn(frame, slow.delay().toNanos());
        } else if (fate instanceof Fate.Reset reset) {
            if (reset.behind()) {
                inTurn(frame, 0);
            } else {
                frame.release();
            }
            wire.reset();
        } else {
            inTurn(frame, 0);
        }
        if (overtaken != null) {
            Arrived behind = overtaken;
            overtaken = null;
            inTurn(behind, 0);
        }
    }

    private void inTurn(Arrived frame, long delayNanos) throws RpcException {
        if (delayNanos == 0 && late.isEmpty()) {
            deliver(frame);
            return;
        }
        long due = System.nanoTime() + delayNanos;
        late.add(new Waiting(
                frame, late.isEmpty() ? due : Math.max(due, late.getLast().dueNanos())));
        if (late.size() == 1) {
            schedule(delayNanos);
        }
    }

    private void schedule(long nanos) {
        channel.eventLoop().schedule(this::deliverDue, nanos, TimeUnit.NANOSECONDS);
    }

    private void deliverDue() {
        try {
            long now = System.nanoTime();
            while (!late.isEmpty() && late.getFirst().dueNanos() - now <= 0) {
                deliver(late.removeFirst().frame());
            }
        } catch (RpcException broken) {
            connection.fail(broken);
        }
        if (!late.isEmpty()) {
            schedule(Math.max(0, late.getFirst().dueNanos() - System.nanoTime()));
        }
    }

    private void deliver(Arrived frame) throws RpcException {
        if (!connection.isOpen() || !channel.isActive()) {
            frame.release();
        } else if (frame.chunk() != null) {
            connection.onChunk(frame.id(), frame.chunk());
        } else {
            connection.onFrame(frame.kind(), frame.id(), frame.type(), frame.body());
        }
    }

    private void releaseAll() {
        late.forEach(waiting -> waiting.frame().release());
        late.clear();
        if (overtaken != null) {
            overtaken.release();
            overtaken = null;
        }
    }

    private int type(Arrived frame) {
        return purpose(frame.kind()) == Purpose.REPLY ? connection.typeOfAsk(frame.id()) : frame.type();
    }

    private static Purpose purpose(FrameKind kind) {
        return switch (kind) {
            case TELL -> Purpose.TELL;
            case ASK -> Purpose.ASK;
            case REPLY_OK, REPLY_FAILED -> Purpose.REPLY;
            case STREAM_OPEN -> Purpose.STREAM_OPEN;
            case STREAM_CHUNK -> Purpose.STREAM_CHUNK;
            case STREAM_END, STREAM_FAILED -> Purpose.STREAM_END;
            case HELLO, CHALLENGE, PROOF, WELCOME, REFUSED, PING, PONG, GOODBYE, STREAM_CREDIT, STREAM_CANCEL ->
                Purpose.OTHER;
        };
    }
}
