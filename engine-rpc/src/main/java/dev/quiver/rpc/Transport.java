package dev.quiver.rpc;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * One process's end of all its connections. Owns the I/O threads and the network buffers; they start with the first
 * {@link #listen} or {@link #connect}. Safe for use by many threads.
 */
public interface Transport extends AutoCloseable {
    /** A transport that proves its identity with these credentials. Nothing is opened or started yet. */
    static Transport create(RpcSettings settings, Credentials credentials) {
        return new NettyTransport(settings, credentials);
    }

    /**
     * Accepts peers on one address.
     *
     * @param host     a name or address of this machine; without TLS never the wildcard
     * @param port     0 for any free one
     * @param policy   which authenticated peers may speak
     * @param handlers called once for each accepted peer, on its I/O thread, before its first message
     * @throws IOException              if the address cannot be bound
     * @throws IllegalArgumentException if the host is the wildcard address and TLS is off
     */
    ListeningEndpoint listen(String host, int port, PeerPolicy policy, Function<Connection, ConnectionHandler> handlers)
            throws IOException;

    /**
     * Connects to a listening peer.
     *
     * @param policy   whom this side is willing to find there
     * @param handlers called once, on the I/O thread, before the peer's first message
     * @return the authenticated connection; or fails with {@link RpcException.HandshakeRefused} or {@link
     *     RpcException.ConnectionClosed}. Completed on an I/O thread
     */
    CompletableFuture<Connection> connect(
            InetSocketAddress address, PeerPolicy policy, Function<Connection, ConnectionHandler> handlers);

    /** For tests and chaos runs: what a bad network does to connections made from now on. */
    void inject(FrameFaults faults);

    RpcMetrics metrics();

    /** Bytes of network buffers in use now, chunks that receivers have not closed yet included. */
    long bufferBytesInUse();

    /**
     * Closes every endpoint and connection, telling the peers, and stops the I/O threads. Waits for them, at most a few
     * seconds, unless called on one of them. Closing twice is harmless.
     */
    @Override
    void close();
}
