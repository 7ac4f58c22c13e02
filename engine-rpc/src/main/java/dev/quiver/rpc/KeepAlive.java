package dev.quiver.rpc;

import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Notices a peer that vanished without closing: a cut cable, a frozen process, a host that lost its power. Any byte is a
 * sign of life; after an interval of silence the peer is asked for one. Only on the I/O thread.
 */
final class KeepAlive {
    private final Channel channel;
    private final RpcTimeouts timeouts;
    private final NettyConnection connection;
    private ScheduledFuture<?> task;
    private boolean heard = true;
    private long lastHeardNanos;
    private long lastTickNanos;

    KeepAlive(Channel channel, RpcTimeouts timeouts, NettyConnection connection) {
        this.channel = channel;
        this.timeouts = timeouts;
        this.connection = connection;
    }

    void start() {
        long interval = timeouts.keepAliveInterval().toNanos();
        lastHeardNanos = System.nanoTime();
        lastTickNanos = lastHeardNanos;
        task = channel.eventLoop().scheduleWithFixedDelay(this::tick, interval, interval, TimeUnit.NANOSECONDS);
    }

    void onBytes() {
        heard = true;
    }

    void stop() {
        if (task != null) {
            task.cancel(false);
        }
    }

    private void tick() {
        long now = System.nanoTime();
        if (now - lastTickNanos > 2 * timeouts.keepAliveInterval().toNanos()) {
            // This process itself stood still: what the peer said meanwhile may still wait in the socket.
            lastHeardNanos = now;
        }
        lastTickNanos = now;
        if (heard) {
            heard = false;
            lastHeardNanos = now;
            return;
        }
        connection.send(FrameKind.PING, 0, 0, OutboundFrame.EMPTY);
        if (now - lastHeardNanos >= timeouts.keepAliveTimeout().toNanos()) {
            connection.fail(new RpcException.PeerVanished("Nothing was heard from " + connection.peer() + " at "
                    + channel.remoteAddress() + " for " + timeouts.keepAliveTimeout()
                    + ". The connection is closed. Its process may be frozen or gone, or the network is cut."));
        }
    }
}
