package dev.quiver.shuffle.transfer;

import dev.quiver.rpc.RpcException;
import dev.quiver.rpc.StreamSender;
import dev.quiver.shuffle.store.PartitionView;
import dev.quiver.shuffle.store.ShuffleStore;
import dev.quiver.shuffle.wire.FetchRequest;
import dev.quiver.wire.MalformedMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Serves the chunks of this executor to others. Sending waits for the receiver, so each answer occupies one worker
 * thread until it is sent. Chunks in files go out as they lie there, without a copy through the heap where the
 * connection allows; a reader on the same host is told where they lie instead, and the files stay for as long as it keeps
 * the stream open, which occupies no thread. Safe for many threads.
 */
public final class ShuffleServer {
    private final ShuffleStore store;
    private final String host;
    private final Executor workers;
    private final Executor releasing;

    /**
     * @param host      identity of this host; empty when it is not known
     * @param workers   threads that may block; borrowed. Never the I/O threads of the transport
     * @param releasing where files are let go that were read on the same host, which may delete them; borrowed
     */
    public ShuffleServer(ShuffleStore store, String host, Executor workers, Executor releasing) {
        this.store = store;
        this.host = host;
        this.workers = workers;
        this.releasing = releasing;
    }

    /**
     * Answers one request on a worker thread. Does not block: it may be called on an I/O thread.
     *
     * @param request an encoded {@link FetchRequest}; transferred
     * @param sender  transferred: it is ended or failed
     */
    public void answer(ByteBuffer request, StreamSender sender) {
        try {
            workers.execute(() -> serve(request, sender));
        } catch (RejectedExecutionException busy) {
            sender.fail("this executor has no thread free to send shuffle data, or is stopping");
        }
    }

    private void serve(ByteBuffer bytes, StreamSender sender) {
        try {
            FetchRequest request = FetchRequest.decode(bytes);
            if (request.ahead() != null) {
                new SmallPartitions(store, request).send(sender);
                return;
            }
            PartitionView view =
                    store.read(request.shuffle(), request.reducePartition(), request.wanted(), request.fromChunk());
            boolean leased = false;
            try {
                leased = new Answer(request, sender, host).send(view, store.codec());
                if (leased) {
                    sender.onOver(() -> release(view));
                }
            } finally {
                if (!leased) {
                    view.close();
                }
            }
            if (!leased) {
                sender.end();
            }
        } catch (RpcException receiverGone) {
            // The stream is over on both sides; the receiver knows why.
        } catch (MalformedMessage malformed) {
            sender.fail("not a fetch request: " + malformed.getMessage());
        } catch (IOException | RuntimeException failure) {
            sender.fail("cannot send shuffle data: " + failure);
        }
    }

    private void release(PartitionView view) {
        try {
            releasing.execute(view::close);
        } catch (RejectedExecutionException stopping) {
            view.close();
        }
    }
}
