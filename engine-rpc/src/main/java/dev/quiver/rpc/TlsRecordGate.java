package dev.quiver.rpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Stands before the TLS of an accepted connection and looks at its very first bytes: unless they begin a TLS handshake
 * record the connection is closed without an answer. Then it gets out of the way.
 */
final class TlsRecordGate extends ChannelInboundHandlerAdapter {
    private static final int HANDSHAKE_RECORD = 0x16;
    private final PeerChannel peer;

    TlsRecordGate(PeerChannel peer) {
        this.peer = peer;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (bytes.isReadable() && bytes.getUnsignedByte(bytes.readerIndex()) != HANDSHAKE_RECORD) {
            bytes.release();
            peer.fail(new RpcException.MalformedFrame("The peer at "
                    + context.channel().remoteAddress() + " does not speak TLS, and this port speaks nothing else."));
            return;
        }
        context.pipeline().remove(this);
        context.fireChannelRead(bytes);
    }
}
