package dev.quiver.rpc;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;

/**
 * A connection that can be cut. Coming in, the socket is no longer read, so that even the peer's end goes unnoticed; going
 * out, what is written waits above TLS. Its state belongs to the I/O thread.
 */
final class FaultyWire extends ChannelOutboundHandlerAdapter implements FrameFaults.Wire {
    private final Channel channel;
    private final Deque<Held> held = new ArrayDeque<>();
    private ChannelHandlerContext context;
    private boolean cutOutgoing;

    private record Held(Object message, ChannelPromise promise) {}

    FaultyWire(Channel channel) {
        this.channel = channel;
        // Between TLS, if there is any, and the handler of frames, which is the last.
        channel.pipeline().addBefore(channel.pipeline().lastContext().name(), null, this);
        channel.closeFuture().addListener(closed -> dropHeld());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void cut(boolean incoming, boolean outgoing) {
        onLoop(() -> {
            cutOutgoing |= outgoing;
            if (incoming) {
                channel.config().setAutoRead(false);
            }
        });
    }

    @Override
    public void heal() {
        onLoop(() -> {
            cutOutgoing = false;
            while (!held.isEmpty()) {
                Held next = held.removeFirst();
                context.write(next.message(), next.promise());
            }
            context.flush();
            channel.config().setAutoRead(true);
        });
    }

    @Override
    public void reset() {
        onLoop(() -> {
            if (channel.isActive()) {
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
                // Past the handlers: TLS would say good-bye.
                channel.unsafe().close(channel.newPromise());
            }
        });
    }

    @Override
    public void write(ChannelHandlerContext current, Object message, ChannelPromise promise) {
        if (cutOutgoing) {
            held.add(new Held(message, promise));
        } else {
            current.write(message, promise);
        }
    }

    private void dropHeld() {
        ClosedChannelException closed = new ClosedChannelException();
        while (!held.isEmpty()) {
            Held next = held.removeFirst();
            ReferenceCountUtil.release(next.message());
            next.promise().tryFailure(closed);
        }
    }

    private void onLoop(Runnable work) {
        if (channel.eventLoop().inEventLoop()) {
            work.run();
            return;
        }
        try {
            channel.eventLoop().execute(work);
        } catch (RejectedExecutionException closed) {
            // The transport has ended, and its connections with it.
            assert !channel.isActive();
        }
    }
}
