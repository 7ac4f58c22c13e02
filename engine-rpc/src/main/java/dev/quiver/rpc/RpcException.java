package dev.quiver.rpc;

import java.io.IOException;

/** Why a message, a stream or a connection failed. The type decides what a caller may do about it. */
public abstract sealed class RpcException extends IOException {
    private static final long serialVersionUID = 1L;

    private RpcException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The connection ended: closed by either side, reset, or never there. What was in flight may or may not have arrived. */
    public static final class ConnectionClosed extends RpcException {
        private static final long serialVersionUID = 1L;

        ConnectionClosed(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The peer was silent for longer than the keep-alive timeout: its machine, its process or the network is gone. */
    public static final class PeerVanished extends RpcException {
        private static final long serialVersionUID = 1L;

        PeerVanished(String message) {
            super(message, null);
        }
    }

    /** The peer does not read what it is sent, and this side refuses to hold more for it. The connection is closed. */
    public static final class OutboundOverflow extends RpcException {
        private static final long serialVersionUID = 1L;

        OutboundOverflow(String message) {
            super(message, null);
        }
    }

    /** One side would not speak with the other: no proof of identity, the wrong identity, or another protocol version. */
    public static final class HandshakeRefused extends RpcException {
        private static final long serialVersionUID = 1L;

        HandshakeRefused(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The peer broke the protocol. The connection is closed. */
    public static final class MalformedFrame extends RpcException {
        private static final long serialVersionUID = 1L;

        MalformedFrame(String message) {
            super(message, null);
        }
    }

    /** No reply came in time. The peer may still be working on the ask. */
    public static final class AskTimedOut extends RpcException {
        private static final long serialVersionUID = 1L;

        AskTimedOut(String message) {
            super(message, null);
        }
    }

    /** This side already waits for as many replies as it is allowed to; the ask was not sent. */
    public static final class TooManyAsks extends RpcException {
        private static final long serialVersionUID = 1L;

        TooManyAsks(String message) {
            super(message, null);
        }
    }

    /** The peer answered, and its answer is a failure. The message is the peer's, made printable. */
    public static final class RemoteFailure extends RpcException {
        private static final long serialVersionUID = 1L;

        RemoteFailure(String message) {
            super(message, null);
        }
    }

    /** The receiver of a stream wants no more of it. */
    public static final class StreamCancelled extends RpcException {
        private static final long serialVersionUID = 1L;

        StreamCancelled(String message) {
            super(message, null);
        }
    }

    /** The receiver of a stream granted no credit, or took no bytes, for too long. */
    public static final class StreamStalled extends RpcException {
        private static final long serialVersionUID = 1L;

        StreamStalled(String message) {
            super(message, null);
        }
    }
}
