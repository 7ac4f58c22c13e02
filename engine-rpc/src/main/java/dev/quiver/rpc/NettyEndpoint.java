package dev.quiver.rpc;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/** A listening socket. */
final class NettyEndpoint implements ListeningEndpoint {
    private final Channel channel;
    private final InetSocketAddress address;

    NettyEndpoint(Channel channel) {
        this.channel = channel;
        this.address = (InetSocketAddress) channel.localAddress();
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        if (Thread.currentThread() instanceof IoThread) {
            channel.close();
        } else {
            channel.close().awaitUninterruptibly();
        }
    }
}
