package dev.quiver.rpc;

import dev.quiver.rpc.tls.TlsContext;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;

/**
 * The transport over Netty's NIO sockets. A channel reads nothing before its TLS handler is in place; making the TLS
 * context, which is slow the first time, and the cryptography of handshakes run on one thread of their own, so that a
 * flood of handshakes does not delay established connections.
 */
final class NettyTransport implements Transport {
    private static final int ACCEPT_BACKLOG = 1024;
    private static final int PAGE_BYTES = 8 << 10;
    private static final long CLOSE_SECONDS = 5;

    /** How long a peer that does not read can delay the closing of its connection. */
    private static final long CLOSE_NOTIFY_MILLIS = 200;

    private final RpcSettings settings;
    private final Credentials credentials;
    private final RpcMetrics metrics = new RpcMetrics();
    private final SecureRandom random = new SecureRandom();
    private final PendingHandshakes pendingHandshakes;
    private final RefusalLog refusalLog = new RefusalLog();
    private final Set<Channel> channels = ConcurrentHashMap.newKeySet();
    private final Set<NettyConnection> connections = ConcurrentHashMap.newKeySet();

    // Made by the first listen or connect, under the monitor of this object.
    private EventLoopGroup loops;
    private ThreadPoolExecutor tlsThread;
    private volatile PooledByteBufAllocator buffers;
    private volatile StreamMemory memory;
    private CompletableFuture<TlsContext> tls;
    private volatile boolean closed;
    private volatile FrameFaults faults;

    NettyTransport(RpcSettings settings, Credentials credentials) {
        this.settings = settings;
        this.credentials = credentials;
        this.pendingHandshakes = new PendingHandshakes(settings.limits().pendingHandshakesPerAddress());
    }

    @Override
    public ListeningEndpoint listen(
            String host, int port, PeerPolicy policy, Function<Connection, ConnectionHandler> handlers)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), port);
        if (address.getAddress().isAnyLocalAddress() && !isEncrypted()) {
            throw new IllegalArgumentException("Refusing to listen on every interface (" + host + ":" + port
                    + ") without TLS. Turn TLS on, or bind one address of this machine, such as 127.0.0.1.");
        }
        ensureStarted();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, ACCEPT_BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.ALLOCATOR, buffers)
                .childOption(ChannelOption.ALLOCATOR, buffers)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel, policy, handlers);
                    }
                });
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "Cannot listen on " + host + ":" + port + ": "
                            + bound.cause().getMessage() + ". Choose another port, or 0 for any free one.",
                    bound.cause());
        }
        track(bound.channel());
        return new NettyEndpoint(bound.channel());
    }

    @Override
    public CompletableFuture<Connection> connect(
            InetSocketAddress address, PeerPolicy policy, Function<Connection, ConnectionHandler> handlers) {
        ensureStarted();
        CompletableFuture<Connection> result = new CompletableFuture<>();
        Bootstrap bootstrap = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.ALLOCATOR, buffers)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.AUTO_READ, false)
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(settings.timeouts().connect().toMillis()))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        track(channel);
                    }
                });
        InetSocketAddress resolved =
                address.isUnresolved() ? new InetSocketAddress(address.getHostString(), address.getPort()) : address;
        bootstrap.connect(resolved).addListener((ChannelFuture connected) -> {
            if (connected.isSuccess()) {
                connected(connected.channel(), policy, handlers, result);
            } else {
                result.completeExceptionally(new RpcException.ConnectionClosed(
                        "Cannot connect to " + address + ": "
                                + connected.cause().getMessage()
                                + ". Nothing was sent. Is the process there running, and does it listen on this"
                                + " address?",
                        connected.cause()));
            }
        });
        return result;
    }

    @Override
    public void inject(FrameFaults injected) {
        faults = injected;
    }

    @Override
    public RpcMetrics metrics() {
        return metrics;
    }

    @Override
    public long bufferBytesInUse() {
        PooledByteBufAllocator allocator = buffers;
        return allocator == null ? 0 : allocator.pinnedDirectMemory() + allocator.pinnedHeapMemory();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            if (loops == null) {
                return;
            }
        }
        boolean mayWait = !(Thread.currentThread() instanceof IoThread);
        connections.forEach(connection -> connection.close("the transport was closed"));
        List<CompletableFuture<RpcException>> ends = new ArrayList<>();
        connections.forEach(connection -> ends.add(connection.closed()));
        if (mayWait) {
            CompletableFuture.allOf(ends.toArray(new CompletableFuture<?>[0]))
                    .completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS)
                    .join();
        }
        List<ChannelFuture> closing = new ArrayList<>();
        channels.forEach(channel -> closing.add(channel.close()));
        if (mayWait) {
            closing.forEach(future -> future.awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS));
        }
        tlsThread.shutdown();
        loops.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
        if (mayWait) {
            loops.terminationFuture().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
    }

    // ---- for the channels

    /** What the frames of a connection go through before they reach it. */
    FrameSink sink(NettyConnection connection, Channel channel) {
        FrameFaults injected = faults;
        return injected == null ? connection : FaultySink.before(connection, channel, injected);
    }

    RpcSettings settings() {
        return settings;
    }

    /** What its streams share. */
    StreamMemory memory() {
        return memory;
    }

    boolean isEncrypted() {
        return credentials instanceof Credentials.Certificate;
    }

    void opened(NettyConnection connection) {
        connections.add(connection);
        connection.closed().thenRun(() -> connections.remove(connection));
        if (closed) {
            connection.close("the transport was closed");
        }
    }

    /** No handler could be made for it. */
    void neverUsed(NettyConnection connection) {
        connections.remove(connection);
    }

    private void accept(Channel channel, PeerPolicy policy, Function<Connection, ConnectionHandler> handlers) {
        track(channel);
        InetAddress remote = ((InetSocketAddress) channel.remoteAddress()).getAddress();
        if (!pendingHandshakes.tryBegin(remote)) {
            metrics.rejectedHandshakes.increment();
            channel.close();
            return;
        }
        PeerChannel peer = new PeerChannel(this, channel, handlers, new PeerChannel.HandshakeOutcome() {
            @Override
            public void established(Connection connection) {
                pendingHandshakes.end(remote);
            }

            @Override
            public void failed(RpcException cause) {
                pendingHandshakes.end(remote);
                // Once nobody listens any more, that a peer gives up is no news.
                if (channel.parent().isOpen()) {
                    refusalLog.refused(remote, cause);
                }
            }
        });
        peer.begin(new ListenerHandshake(peer, credentials, settings.limits().preAuthFrame(), policy, random));
        if (isEncrypted()) {
            channel.pipeline().addLast(new TlsRecordGate(peer));
        }
        secure(channel, peer, false);
    }

    private void connected(
            Channel channel,
            PeerPolicy policy,
            Function<Connection, ConnectionHandler> handlers,
            CompletableFuture<Connection> result) {
        PeerChannel peer = new PeerChannel(this, channel, handlers, new PeerChannel.HandshakeOutcome() {
            @Override
            public void established(Connection connection) {
                result.complete(connection);
            }

            @Override
            public void failed(RpcException cause) {
                result.completeExceptionally(cause);
            }
        });
        peer.begin(new ConnectorHandshake(peer, credentials, settings.limits().preAuthFrame(), policy, random));
        secure(channel, peer, true);
    }

    /** Puts TLS, when there is to be TLS, and the peer's handler into the pipeline; at once or when the context is made. */
    private void secure(Channel channel, PeerChannel peer, boolean connecting) {
        if (!isEncrypted()) {
            channel.pipeline().addLast(peer);
            peer.secured(false);
            return;
        }
        tls.whenComplete((context, failure) -> {
            if (channel.eventLoop().inEventLoop()) {
                secureWith(context, failure, channel, peer, connecting);
            } else {
                channel.eventLoop().execute(() -> secureWith(context, failure, channel, peer, connecting));
            }
        });
    }

    private void secureWith(
            TlsContext context, Throwable failure, Channel channel, PeerChannel peer, boolean connecting) {
        if (failure != null) {
            peer.fail(new RpcException.HandshakeRefused(
                    "This side's TLS is not usable: " + failure.getMessage(), failure));
            return;
        }
        SSLEngine engine = connecting ? context.connectingEngine() : context.listeningEngine();
        SslHandler handler = new SslHandler(engine, tlsThread);
        handler.setHandshakeTimeoutMillis(0); // the deadline of the whole handshake covers it
        handler.setCloseNotifyFlushTimeoutMillis(CLOSE_NOTIFY_MILLIS);
        channel.pipeline().addLast(peer);
        channel.pipeline().addBefore(channel.pipeline().context(peer).name(), null, handler);
        peer.secured(true);
    }

    private synchronized void ensureStarted() {
        if (closed) {
            throw new IllegalStateException("The transport of " + credentials.identity() + " was closed.");
        }
        if (loops != null) {
            return;
        }
        AtomicInteger number = new AtomicInteger();
        ThreadFactory threads = work -> new IoThread(work, "quiver-rpc-" + number.getAndIncrement());
        loops = new MultiThreadIoEventLoopGroup(settings.ioThreads(), threads, NioIoHandler.newFactory());
        int arenas = settings.ioThreads() + 1;
        memory = StreamMemory.ofThisProcess();
        buffers = new PooledByteBufAllocator(
                true,
                1,
                arenas,
                PAGE_BYTES,
                memory.poolOrder(PAGE_BYTES),
                PooledByteBufAllocator.defaultSmallCacheSize(),
                PooledByteBufAllocator.defaultNormalCacheSize(),
                false);
        tlsThread = new ThreadPoolExecutor(
                1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> new IoThread(work, "quiver-rpc-tls"));
        tlsThread.allowCoreThreadTimeOut(true);
        if (credentials instanceof Credentials.Certificate certificate) {
            tls = CompletableFuture.supplyAsync(
                    () -> new TlsContext(certificate.material().get()), tlsThread);
        }
    }

    private void track(Channel channel) {
        channels.add(channel);
        channel.closeFuture().addListener(ended -> channels.remove(channel));
        if (closed) {
            channel.close();
        }
    }
}
