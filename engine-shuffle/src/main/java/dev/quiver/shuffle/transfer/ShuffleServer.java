package dev.quiver.shuffle.transfer;

import dev.quiver.rpc.RpcException;
import dev.quiver.rpc.StreamSender;
import dev.quiver.shuffle.store.ChunkDamaged;
import dev.quiver.shuffle.store.PartitionView;
import dev.quiver.shuffle.store.ShuffleStore;
import dev.quiver.shuffle.store.StoredChunk;
import dev.quiver.shuffle.wire.ChunkStream;
import dev.quiver.shuffle.wire.FetchRequest;
import dev.quiver.wire.MalformedMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.zip.CRC32C;

/**
 * Serves the chunks of this executor to others. Sending waits for the receiver, so each answer occupies one worker
 * thread until it is sent. Chunks in files go out as they lie there, without a copy through the heap where the
 * connection allows. Safe for many threads.
 */
public final class ShuffleServer {
    private final ShuffleStore store;
    private final Executor workers;

    /** @param workers threads that may block; borrowed. Never the I/O threads of the transport */
    public ShuffleServer(ShuffleStore store, Executor workers) {
        this.store = store;
        this.workers = workers;
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
            try (PartitionView view =
                    store.read(request.shuffle(), request.reducePartition(), request.wanted(), request.fromChunk())) {
                send(view, request.verify(), sender);
            }
            sender.end();
        } catch (RpcException receiverGone) {
            // The stream is over on both sides; the receiver knows why.
        } catch (MalformedMessage malformed) {
            sender.fail("not a fetch request: " + malformed.getMessage());
        } catch (IOException | RuntimeException failure) {
            sender.fail("cannot send shuffle data: " + failure);
        }
    }

    private void send(PartitionView view, boolean verify, StreamSender sender) throws IOException {
        send(sender, ChunkStream.known(view.known(), view.rows()));
        Map<ByteBuffer, Integer> schemas = new HashMap<>();
        int sent = 0;
        for (StoredChunk chunk : view.chunks()) {
            try {
                if (chunk instanceof StoredChunk.InMemory inMemory) {
                    byte[] schema = store.codec().schemaMessage(inMemory.batch());
                    send(sender, schemas, schema, inMemory, store.codec().batchMessage(inMemory.batch()));
                } else if (verify) {
                    StoredChunk.InFile inFile = (StoredChunk.InFile) chunk;
                    send(sender, schemas, inFile.file().schemaMessage(), inFile, view.message(inFile));
                } else {
                    sendFile(sender, schemas, (StoredChunk.InFile) chunk);
                }
            } catch (ChunkDamaged damaged) {
                send(sender, ChunkStream.damaged(chunk.number(), damaged.getMessage()));
                return;
            }
            sent++;
        }
        send(sender, ChunkStream.end(sent));
    }

    private static void send(
            StreamSender sender, Map<ByteBuffer, Integer> schemas, byte[] schema, StoredChunk chunk, byte[] message)
            throws IOException {
        CRC32C crc = new CRC32C();
        crc.update(message);
        int number = schema(sender, schemas, schema);
        send(sender, ChunkStream.chunk(chunk.number(), number, (int) crc.getValue(), message.length, chunk.sources()));
        send(sender, message);
    }

    private static void sendFile(StreamSender sender, Map<ByteBuffer, Integer> schemas, StoredChunk.InFile chunk)
            throws IOException {
        int number = schema(sender, schemas, chunk.file().schemaMessage());
        send(sender, ChunkStream.chunk(chunk.number(), number, chunk.crc(), chunk.length(), chunk.sources()));
        chunk.file().send(chunk.offset(), chunk.length(), sender::send);
    }

    private static int schema(StreamSender sender, Map<ByteBuffer, Integer> schemas, byte[] message)
            throws IOException {
        Integer known = schemas.get(ByteBuffer.wrap(message));
        if (known != null) {
            return known;
        }
        int number = schemas.size();
        schemas.put(ByteBuffer.wrap(message), number);
        send(sender, ChunkStream.schema(number, message));
        return number;
    }

    private static void send(StreamSender sender, byte[] bytes) throws IOException {
        sender.send(ByteBuffer.wrap(bytes));
    }
}
