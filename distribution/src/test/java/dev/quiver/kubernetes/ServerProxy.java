package dev.quiver.kubernetes;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between a driver and the API server, and can be out of reach. It passes bytes on and knows nothing of TLS, so the
 * server's certificate must hold for 127.0.0.1.
 */
final class ServerProxy implements AutoCloseable {
    private static final int HTTPS = 443;

    private final URI server;
    private final ServerSocket door;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean away;

    /** @param server URL of the API server */
    ServerProxy(String server) throws IOException {
        this.server = URI.create(server);
        this.door = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        start(this::letIn);
    }

    /** The URL that leads through here. */
    String address() {
        return server.getScheme() + "://127.0.0.1:" + door.getLocalPort();
    }

    /** Breaks all connections, and every new one. */
    void leave() {
        away = true;
        open.forEach(ServerProxy::end);
    }

    void comeBack() {
        away = false;
    }

    @Override
    public void close() throws IOException {
        door.close();
        open.forEach(ServerProxy::end);
    }

    private void letIn() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                open.add(client);
                if (away) {
                    end(client);
                    continue;
                }
                Socket behind = new Socket(server.getHost(), server.getPort() < 0 ? HTTPS : server.getPort());
                open.add(behind);
                start(() -> pass(client, behind));
                start(() -> pass(behind, client));
                if (away) {
                    end(client);
                    end(behind);
                }
            } catch (IOException broken) {
                // The door was closed, or the server is away by itself: whoever came in sees the same.
                open.forEach(ServerProxy::end);
            }
        }
    }

    private void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException broken) {
            end(from);
        } finally {
            end(from);
            end(to);
            open.remove(from);
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "server-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private static void end(Closeable socket) {
        try {
            socket.close();
        } catch (IOException closed) {
            throw new IllegalStateException("a socket could not be closed", closed);
        }
    }
}
