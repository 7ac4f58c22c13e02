package dev.quiver.runtime.executor;

import dev.quiver.rpc.Connection;
import dev.quiver.rpc.ConnectionHandler;
import dev.quiver.rpc.StreamSender;
import dev.quiver.runtime.protocol.MessageType;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers the other executors of the application, who fetch map outputs and blocks here. Requests that come before this
 * executor is ready are refused, and tried again by their sender. Called on I/O threads; hands everything to workers.
 */
final class PeerServer {
    /** Serves one request over a stream; may block. */
    interface Streams {
        void serveShuffle(ByteBuffer request, StreamSender sender);

        void serveBlock(ByteBuffer request, StreamSender sender);
    }

    private volatile Streams streams;
    private volatile Executor workers;
    private final AtomicInteger serving = new AtomicInteger();

    /** Starts serving. */
    void open(Streams served, Executor servingThreads) {
        workers = servingThreads;
        streams = served;
    }

    /** Whether somebody reads from this process now. */
    boolean isServing() {
        return serving.get() > 0;
    }

    ConnectionHandler accept(Connection connection) {
        return new ConnectionHandler() {
            @Override
            public void onStream(int type, ByteBuffer request, StreamSender sender) {
                serving.incrementAndGet();
                sender.onOver(serving::decrementAndGet);
                Streams ready = streams;
                if (ready == null) {
                    sender.fail("this executor is still starting");
                } else if (type == MessageType.FETCH_SHUFFLE) {
                    serve(sender, () -> ready.serveShuffle(request, sender));
                } else if (type == MessageType.FETCH_BLOCK) {
                    serve(sender, () -> ready.serveBlock(request, sender));
                } else {
                    sender.fail("executors send no streams of type " + type);
                }
            }
        };
    }

    /** Whatever goes wrong, the other end must not wait for ever. */
    private void serve(StreamSender sender, Runnable sending) {
        workers.execute(() -> {
            try {
                sending.run();
            } catch (RuntimeException | Error failure) {
                sender.fail("this executor could not serve this: " + failure);
            }
        });
    }
}
