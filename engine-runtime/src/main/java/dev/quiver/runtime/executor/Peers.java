package dev.quiver.runtime.executor;

import dev.quiver.id.ExecutorId;
import dev.quiver.rpc.Connection;
import dev.quiver.rpc.ConnectionHandler;
import dev.quiver.rpc.PeerPolicy;
import dev.quiver.rpc.Transport;
import dev.quiver.rpc.tls.PeerIdentity;
import dev.quiver.runtime.protocol.HostPort;
import dev.quiver.runtime.protocol.PeerNames;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Connections to whoever holds data this process needs, one for each, opened when first needed and again when they
 * broke. Safe for use by many threads.
 */
public final class Peers {
    private static final long CONNECT_SECONDS = 10;

    /** Where a process serves its data. */
    public interface Addresses {
        /** The address; empty when the process is gone. Never blocks. */
        CompletableFuture<List<HostPort>> of(ExecutorId executor);
    }

    private final String application;
    private final ExecutorId driver;
    private final Transport transport;
    private final Addresses addresses;
    private final Map<ExecutorId, CompletableFuture<Connection>> connections = new ConcurrentHashMap<>();

    /** @param driver how the driver is called among holders of blocks */
    public Peers(String application, ExecutorId driver, Transport transport, Addresses addresses) {
        this.application = application;
        this.driver = driver;
        this.transport = transport;
        this.addresses = addresses;
    }

    /** Uses a connection that is there already. */
    void adopt(ExecutorId executor, Connection connection) {
        connections.put(executor, CompletableFuture.completedFuture(connection));
    }

    /**
     * The connection to a process, waited for.
     *
     * @throws IOException when it is gone or cannot be reached
     */
    public Connection connection(ExecutorId executor) throws IOException {
        return await(executor, connect(executor));
    }

    /** The connection to a process, or one that is being opened; fails when the process is gone. Never blocks. */
    public CompletableFuture<Connection> connect(ExecutorId executor) {
        return connections.compute(
                executor, (id, present) -> present != null && isUsable(present) ? present : open(id));
    }

    private static boolean isUsable(CompletableFuture<Connection> future) {
        if (!future.isDone()) {
            return true;
        }
        return !future.isCompletedExceptionally() && future.join().isOpen();
    }

    private CompletableFuture<Connection> open(ExecutorId executor) {
        PeerIdentity identity = executor.equals(driver)
                ? PeerIdentity.driver(application, PeerNames.DRIVER)
                : PeerIdentity.executor(application, PeerNames.of(executor));
        return addresses.of(executor).thenCompose(address -> {
            if (address.isEmpty()) {
                return CompletableFuture.failedFuture(new IOException("executor " + executor + " is gone"));
            }
            return transport.connect(
                    address.get(0).toSocketAddress(),
                    PeerPolicy.exactly(identity),
                    connection -> new ConnectionHandler() {});
        });
    }

    private static Connection await(ExecutorId executor, CompletableFuture<Connection> future) throws IOException {
        try {
            return future.get(CONNECT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new IOException(
                    "executor " + executor + " cannot be reached: "
                            + failed.getCause().getMessage(),
                    failed.getCause());
        } catch (TimeoutException late) {
            throw new IOException("executor " + executor + " did not answer within " + CONNECT_SECONDS + " s", late);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while connecting to executor " + executor, stopped);
        }
    }
}
