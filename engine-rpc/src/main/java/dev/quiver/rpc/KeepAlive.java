package dev.quiver.rpc;

import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Notices a peer that vanished without closing: a cut cable, a frozen process, a host that lost its power. Any byte is a
 * sign of life; after an interval of silence the peer is asked for one. A peer that speaks may be deaf, where the network is
 * cut one way: when something was sent to it, it is asked for a sign as well, and must answer. Only on the I/O thread.
 */
final class KeepAlive {
    private final Channel channel;
    private final RpcTimeouts timeouts;
    private final NettyConnection connection;
    private ScheduledFuture<?> task;
    private boolean heard = true;
    private long lastHeardNanos;
    private long lastTickNanos;

    /** A sign was asked for and has not come. */
    private boolean asked;

    private long askedNanos;
    private long sentWhenAsked;

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

    /** It answered: what was sent before it was asked has arrived. */
    void onAnswer() {
        asked = false;
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
            askedNanos = now;
        }
        lastTickNanos = now;
        requireAnswer(now);
        if (heard) {
            heard = false;
            lastHeardNanos = now;
            return;
        }
        ask(now);
        if (now - lastHeardNanos >= timeouts.keepAliveTimeout().toNanos()) {
            connection.fail(new RpcException.PeerVanished("Nothing was heard from " + connection.peer() + " at "
                    + channel.remoteAddress() + " for " + timeouts.keepAliveTimeout()
                    + ". The connection is closed. Its process may be frozen or gone, or the network is cut."));
        }
    }

    private void requireAnswer(long now) {
        if (!asked && connection.framesSent() != sentWhenAsked) {
            ask(now);
        } else if (asked && now - askedNanos >= timeouts.keepAliveTimeout().toNanos()) {
            connection.fail(new RpcException.PeerVanished(connection.peer() + " at " + channel.remoteAddress()
                    + " has answered nothing for " + timeouts.keepAliveTimeout()
                    + ". The connection is closed. Its process may be frozen, or the network to it is cut."));
        }
    }

    private void ask(long now) {
        if (!asked) {
            asked = true;
            askedNanos = now;
            sentWhenAsked = connection.framesSent();
        }
        connection.send(FrameKind.PING, 0, 0, OutboundFrame.EMPTY);
    }
}
