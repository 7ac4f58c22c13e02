package dev.quiver.rpc;

import dev.quiver.rpc.tls.PeerIdentity;
import dev.quiver.rpc.tls.TlsContext;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * One socket from its first byte to its last: feeds the decoder, runs the handshake under its deadline, and then hands
 * the frames to the connection. Only on the channel's I/O thread.
 * <pre>
 *   secured? ──► handshake ──established──► connection ──► inactive
 *       └───────────┴──malformed, refused, too late, lost──► inactive
 * </pre>
 */
final class PeerChannel extends ChannelInboundHandlerAdapter {
    private final NettyTransport transport;
    private final Channel channel;
    private final Function<Connection, ConnectionHandler> handlers;
    private final HandshakeOutcome outcome;
    private final FrameDecoder decoder;
    private Handshake handshake;
    private ScheduledFuture<?> deadline;
    private NettyConnection connection;
    private FrameSink sink;
    private RpcException failure;

    /** Hears once how the handshake ended. */
    interface HandshakeOutcome {
        void established(Connection connection);

        void failed(RpcException cause);
    }

    PeerChannel(
            NettyTransport transport,
            Channel channel,
            Function<Connection, ConnectionHandler> handlers,
            HandshakeOutcome outcome) {
        this.transport = transport;
        this.channel = channel;
        this.handlers = handlers;
        this.outcome = outcome;
        this.decoder = new FrameDecoder(() -> sink, this::delivers, transport.metrics());
    }

    /** The socket is connected: the clock of the handshake runs. Bytes are read once {@link #secured} says so. */
    void begin(Handshake first) {
        handshake = first;
        sink = first;
        long timeout = transport.settings().timeouts().handshake().toNanos();
        deadline = channel.eventLoop()
                .schedule(
                        () -> fail(handshake.refusal("the peer was not authenticated within "
                                + transport.settings().timeouts().handshake() + ".")),
                        timeout,
                        TimeUnit.NANOSECONDS);
    }

    /** Nothing more stands between the socket and this handler, apart from TLS if there is any. */
    void secured(boolean encrypted) {
        if (!channel.isActive()) {
            fail(lost(null));
            return;
        }
        if (!encrypted) {
            start(null);
        }
        channel.config().setAutoRead(true);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof SslHandshakeCompletionEvent completion) {
            if (completion.isSuccess()) {
                startCertified(context.pipeline().get(SslHandler.class));
            } else {
                fail(tlsFailure(completion.cause()));
            }
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            if (!delivers()) {
                return;
            }
            transport.metrics().bytesIn.add(bytes.readableBytes());
            if (connection != null) {
                connection.onBytes();
            }
            decoder.decode(bytes);
        } catch (RpcException e) {
            fail(e);
        } finally {
            bytes.release();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (connection == null) {
            fail(context.pipeline().get(SslHandler.class) == null ? lost(cause) : tlsFailure(cause));
        } else {
            fail(new RpcException.ConnectionClosed(
                    "The connection to " + connection.peer() + " at " + remoteAddress() + " broke: "
                            + cause.getMessage() + ". What was in flight may or may not have arrived.",
                    cause));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        decoder.close();
        if (connection != null) {
            connection.onInactive(failure);
        } else {
            fail(lost(null));
        }
    }

    /** The peer is who it says and may speak. Called by the handshake. */
    void established(PeerIdentity peer) {
        deadline.cancel(false);
        boolean encrypted = transport.isEncrypted();
        connection = new NettyConnection(
                peer, channel, transport.settings(), transport.metrics(), transport.memory(), encrypted);
        sink = transport.sink(connection, channel);
        // Before anybody hears of it: whoever knows the connection and then closes the transport has it closed with a
        // word.
        transport.opened(connection);
        ConnectionHandler handler;
        try {
            handler = handlers.apply(connection);
        } catch (RuntimeException e) {
            transport.neverUsed(connection);
            connection = null;
            fail(new RpcException.ConnectionClosed("No handler for " + peer + " could be made: " + e, e));
            return;
        }
        connection.start(handler);
        outcome.established(connection);
    }

    /** Ends it all at once. The first failure is the one that counts. */
    void fail(RpcException cause) {
        if (failure != null) {
            return;
        }
        failure = cause;
        if (cause instanceof RpcException.MalformedFrame) {
            transport.metrics().malformedFrames.increment();
        }
        if (connection != null) {
            connection.fail(cause);
            return;
        }
        if (deadline != null) {
            deadline.cancel(false);
        }
        transport.metrics().rejectedHandshakes.increment();
        outcome.failed(cause);
        channel.close();
    }

    void writeHandshake(FrameKind kind, ByteBuffer body) {
        ByteBuf frame = channel.alloc().directBuffer(Frame.HEADER_BYTES + body.remaining());
        Frame.writeHeader(frame, kind, 0, 0, body.remaining());
        transport.metrics().framesOut.increment();
        transport.metrics().bytesOut.add(Frame.HEADER_BYTES + body.remaining());
        channel.writeAndFlush(frame.writeBytes(body.duplicate()));
    }

    Object remoteAddress() {
        return channel.remoteAddress();
    }

    private boolean delivers() {
        return failure == null && (connection == null || connection.isOpen());
    }

    private void start(PeerIdentity certified) {
        try {
            handshake.start(certified);
        } catch (RpcException e) {
            fail(e);
        }
    }

    private void startCertified(SslHandler tls) {
        if (failure != null) {
            return;
        }
        try {
            start(TlsContext.peerOf(tls.engine()));
        } catch (CertificateException | SSLPeerUnverifiedException e) {
            fail(tlsFailure(e));
        }
    }

    private RpcException tlsFailure(Throwable cause) {
        Throwable root = cause.getCause() != null ? cause.getCause() : cause;
        return new RpcException.HandshakeRefused(
                "No TLS connection with " + remoteAddress() + ": " + root.getMessage()
                        + ". The connection is closed. Both sides need certificates of the same application's"
                        + " authority that are still valid.",
                cause);
    }

    private RpcException lost(Throwable cause) {
        return new RpcException.ConnectionClosed(
                "The peer at " + remoteAddress() + " closed the connection before it was authenticated"
                        + (cause == null ? "." : ": " + cause.getMessage()),
                cause);
    }
}
