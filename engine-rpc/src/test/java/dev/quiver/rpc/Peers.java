package dev.quiver.rpc;

import dev.quiver.rpc.tls.CertificateAuthority;
import dev.quiver.rpc.tls.PeerIdentity;
import dev.quiver.rpc.tls.TlsMaterial;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A driver that listens and an executor that connects, on loopback, with TLS or without; closed together, leaks fail. */
final class Peers implements AutoCloseable {
    static final String APPLICATION = "app-1";
    static final PeerIdentity DRIVER = PeerIdentity.driver(APPLICATION, "driver");
    static final PeerIdentity EXECUTOR = PeerIdentity.executor(APPLICATION, "exec-1.0");
    static final byte[] SECRET = secret(7);
    private static final CertificateAuthority AUTHORITY =
            new CertificateAuthority(APPLICATION, Clock.systemUTC(), new SecureRandom());
    private static final TlsMaterial DRIVER_TLS = AUTHORITY.issue(DRIVER, Duration.ofDays(1));
    private static final TlsMaterial EXECUTOR_TLS = AUTHORITY.issue(EXECUTOR, Duration.ofDays(1));

    final Transport driver;
    final Transport executor;
    ListeningEndpoint endpoint;
    /** The driver's end of the last accepted connection. */
    volatile CompletableFuture<Connection> accepted = new CompletableFuture<>();

    Peers(boolean tls, RpcSettings settings) {
        driver = Transport.create(settings, driverCredentials(tls));
        executor = Transport.create(settings, executorCredentials(tls));
    }

    static Credentials driverCredentials(boolean tls) {
        return tls ? Credentials.tls(DRIVER_TLS) : Credentials.sharedSecretWithoutEncryption(DRIVER, SECRET);
    }

    static Credentials executorCredentials(boolean tls) {
        return tls ? Credentials.tls(EXECUTOR_TLS) : Credentials.sharedSecretWithoutEncryption(EXECUTOR, SECRET);
    }

    static byte[] secret(int fill) {
        byte[] secret = new byte[Credentials.SECRET_BYTES];
        java.util.Arrays.fill(secret, (byte) fill);
        return secret;
    }

    static RpcSettings settings() {
        return RpcSettings.defaults().withIoThreads(1);
    }

    Peers listen(Function<Connection, ConnectionHandler> handlers) throws Exception {
        endpoint = driver.listen("127.0.0.1", 0, PeerPolicy.role(dev.quiver.rpc.tls.PeerRole.EXECUTOR), connection -> {
            ConnectionHandler handler = handlers.apply(connection);
            accepted.complete(connection);
            return handler;
        });
        return this;
    }

    Connection connect(ConnectionHandler handler) throws Exception {
        return await(executor.connect(endpoint.address(), PeerPolicy.exactly(DRIVER), connection -> handler));
    }

    Connection connect() throws Exception {
        return connect(new ConnectionHandler() {});
    }

    static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        executor.close();
        driver.close();
        if (driver.bufferBytesInUse() != 0 || executor.bufferBytesInUse() != 0) {
            throw new AssertionError("network buffers leaked: driver " + driver.bufferBytesInUse() + " bytes, executor "
                    + executor.bufferBytesInUse() + " bytes");
        }
        requireNothingTaken(driver);
        requireNothingTaken(executor);
    }

    private static void requireNothingTaken(Transport closed) {
        StreamMemory memory = ((NettyTransport) closed).memory();
        if (memory != null && (memory.windowBytes() != 0 || memory.queuedBytes() != 0)) {
            throw new AssertionError("streams that are over hold " + memory.windowBytes() + " bytes of windows and "
                    + memory.queuedBytes() + " of queues");
        }
    }
}
