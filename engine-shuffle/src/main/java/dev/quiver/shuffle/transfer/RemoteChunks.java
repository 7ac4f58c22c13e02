package dev.quiver.shuffle.transfer;

import dev.quiver.id.ExecutorId;
import dev.quiver.rpc.Chunk;
import dev.quiver.rpc.Connection;
import dev.quiver.rpc.RpcException;
import dev.quiver.rpc.StreamReceiver;
import dev.quiver.rpc.StreamSubscription;
import dev.quiver.shuffle.reader.ChunkFetcher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Fetches over connections to other executors. Safe for many threads. */
public final class RemoteChunks implements ChunkFetcher {
    private final Function<ExecutorId, CompletableFuture<Connection>> connections;
    private final int streamType;

    /**
     * @param connections the open connection to an executor, or a new one; must not block. It fails when the executor
     * is
     *                    unknown or gone
     * @param streamType  the number under which the other side hands streams to its {@link ShuffleServer}
     */
    public RemoteChunks(Function<ExecutorId, CompletableFuture<Connection>> connections, int streamType) {
        this.connections = connections;
        this.streamType = streamType;
    }

    @Override
    public Fetch fetch(ExecutorId holder, ByteBuffer request, Listener listener, int window) {
        Running running = new Running(listener);
        connections.apply(holder).whenComplete((connection, failure) -> {
            if (failure != null) {
                Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                listener.onError(
                        new IOException("no connection to executor " + holder + ": " + cause.getMessage(), cause));
            } else {
                running.open(connection, streamType, request, window);
            }
        });
        return running;
    }

    /** One fetch, which may be cancelled before its connection is there. The lock guards the fields below. */
    private static final class Running implements Fetch, StreamReceiver {
        private final Listener listener;
        private Connection way;
        private StreamSubscription subscription;
        private String cancelled;

        Running(Listener listener) {
            this.listener = listener;
        }

        void open(Connection connection, int streamType, ByteBuffer request, int window) {
            String reason;
            synchronized (this) {
                if (cancelled != null) {
                    return;
                }
                way = connection;
            }
            StreamSubscription opened = connection.openStream(streamType, request, this, window);
            synchronized (this) {
                subscription = opened;
                reason = cancelled;
            }
            if (reason != null) {
                opened.cancel(reason);
            }
        }

        @Override
        public void cancel(String reason) {
            StreamSubscription opened;
            synchronized (this) {
                cancelled = reason;
                opened = subscription;
            }
            if (opened != null) {
                opened.cancel(reason);
            }
        }

        /** Whatever else uses it is tried again as well: behind a cut it waits in vain. */
        @Override
        public void distrust() {
            Connection silent;
            synchronized (this) {
                silent = way;
            }
            if (silent != null) {
                silent.close("a fetch was not answered");
            }
        }

        @Override
        public void onChunk(Chunk chunk) {
            listener.onBytes(new Piece() {
                @Override
                public ByteBuffer bytes() {
                    return chunk.bytes();
                }

                @Override
                public void close() {
                    chunk.close();
                }
            });
        }

        @Override
        public void onEnd() {
            listener.onEnd();
        }

        @Override
        public void onError(RpcException cause) {
            listener.onError(cause);
        }
    }
}
