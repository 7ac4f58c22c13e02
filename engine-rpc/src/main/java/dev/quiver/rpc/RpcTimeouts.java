package dev.quiver.rpc;

import java.time.Duration;

/**
 * How long the transport waits. All durations are positive.
 *
 * @param connect           for a TCP connection to come up
 * @param handshake         from the TCP connection to an authenticated peer, TLS included
 * @param ask               for a reply, where the ask names no timeout of its own
 * @param keepAliveInterval silence after which a peer is pinged
 * @param keepAliveTimeout  silence after which a peer counts as vanished; noticed at most one interval later
 * @param streamStall       for a stream's receiver to grant credit, or for its bytes to leave this machine
 */
public record RpcTimeouts(
        Duration connect,
        Duration handshake,
        Duration ask,
        Duration keepAliveInterval,
        Duration keepAliveTimeout,
        Duration streamStall) {

    public RpcTimeouts {
        requirePositive(connect, "connect");
        requirePositive(handshake, "handshake");
        requirePositive(ask, "ask");
        requirePositive(keepAliveInterval, "keep-alive interval");
        requirePositive(keepAliveTimeout, "keep-alive");
        requirePositive(streamStall, "stream stall");
        if (keepAliveTimeout.compareTo(keepAliveInterval) <= 0) {
            throw new IllegalArgumentException("The keep-alive timeout (" + keepAliveTimeout
                    + ") must be longer than the interval (" + keepAliveInterval
                    + "), or a healthy idle peer would count as vanished.");
        }
    }

    /** A vanished peer is noticed within 20 s. */
    public static RpcTimeouts defaults() {
        return new RpcTimeouts(
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Duration.ofSeconds(15),
                Duration.ofMinutes(2));
    }

    public RpcTimeouts withHandshake(Duration timeout) {
        return new RpcTimeouts(connect, timeout, ask, keepAliveInterval, keepAliveTimeout, streamStall);
    }

    public RpcTimeouts withAsk(Duration timeout) {
        return new RpcTimeouts(connect, handshake, timeout, keepAliveInterval, keepAliveTimeout, streamStall);
    }

    public RpcTimeouts withKeepAlive(Duration interval, Duration timeout) {
        return new RpcTimeouts(connect, handshake, ask, interval, timeout, streamStall);
    }

    public RpcTimeouts withStreamStall(Duration timeout) {
        return new RpcTimeouts(connect, handshake, ask, keepAliveInterval, keepAliveTimeout, timeout);
    }

    private static void requirePositive(Duration duration, String name) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("The " + name + " timeout must be positive, not " + duration + ".");
        }
    }
}
