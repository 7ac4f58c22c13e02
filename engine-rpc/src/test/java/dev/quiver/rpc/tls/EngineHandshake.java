package dev.quiver.rpc.tls;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** Two TLS engines back to back, without a network. */
final class EngineHandshake {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int MOST_STEPS = 100;

    private EngineHandshake() {}

    /** Runs both handshakes to their end, tickets included. */
    static void run(SSLEngine client, SSLEngine server) throws SSLException {
        ByteBuffer toServer = ByteBuffer.allocate(BUFFER_BYTES);
        ByteBuffer toClient = ByteBuffer.allocate(BUFFER_BYTES);
        client.beginHandshake();
        server.beginHandshake();
        for (int step = 0; step < MOST_STEPS; step++) {
            advance(client, toClient, toServer);
            advance(server, toServer, toClient);
            if (isDone(client) && isDone(server) && toServer.position() == 0 && toClient.position() == 0) {
                return;
            }
        }
        throw new SSLException("the handshake does not end");
    }

    private static boolean isDone(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private static void advance(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        ByteBuffer application = ByteBuffer.allocate(BUFFER_BYTES);
        for (int step = 0; step < MOST_STEPS; step++) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> {
                    Runnable task;
                    while ((task = engine.getDelegatedTask()) != null) {
                        task.run();
                    }
                }
                case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
                default -> {
                    in.flip();
                    boolean input = in.hasRemaining();
                    if (input) {
                        engine.unwrap(in, application);
                    }
                    in.compact();
                    if (!input) {
                        return;
                    }
                }
            }
        }
    }
}
