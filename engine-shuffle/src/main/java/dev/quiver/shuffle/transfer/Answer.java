package dev.quiver.shuffle.transfer;

import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.rpc.RpcException;
import dev.quiver.rpc.StreamSender;
import dev.quiver.shuffle.store.ChunkDamaged;
import dev.quiver.shuffle.store.PartitionView;
import dev.quiver.shuffle.store.StoredChunk;
import dev.quiver.shuffle.wire.ChunkStream;
import dev.quiver.shuffle.wire.FetchRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The answer to one request as it is written: small frames are gathered, messages go out as they are. Belongs to the
 * worker's thread.
 */
final class Answer {
    /** Gathered frames are sent from this size on. */
    private static final int GATHER_BYTES = 32 << 10;

    private final StreamSender sender;
    private final boolean verify;
    private final boolean sameHost;
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
    private final Map<ByteBuffer, Integer> schemas = new HashMap<>();
    private final Map<String, Integer> files = new HashMap<>();

    /** @param host identity of this host */
    Answer(FetchRequest request, StreamSender sender, String host) {
        this.sender = sender;
        this.verify = request.verify();
        this.sameHost = request.isFrom(host);
    }

    /**
     * Sends what a view holds.
     *
     * @return whether the receiver was told of files, and reads them for as long as it keeps the stream open
     */
    boolean send(PartitionView view, ArrowBatches codec) throws IOException {
        gather(ChunkStream.known(sameHost, view.known(), view.rows()));
        int sent = 0;
        for (StoredChunk chunk : view.chunks()) {
            try {
                if (chunk instanceof StoredChunk.InMemory inMemory) {
                    byte[] schema = codec.schemaMessage(inMemory.batch());
                    sendWhole(schema, chunk, codec.batchMessage(inMemory.batch()));
                } else {
                    send((StoredChunk.InFile) chunk, view);
                }
            } catch (ChunkDamaged damaged) {
                gather(ChunkStream.damaged(chunk.number(), damaged.getMessage()));
                flush();
                return false;
            }
            sent++;
        }
        gather(ChunkStream.end(sent));
        flush();
        return !files.isEmpty();
    }

    private void send(StoredChunk.InFile chunk, PartitionView view) throws IOException {
        byte[] schema = chunk.file().schemaMessage();
        if (sameHost) {
            int file = file(chunk.file().path().toString());
            gather(ChunkStream.located(
                    chunk.number(),
                    schema(schema),
                    chunk.crc(),
                    chunk.length(),
                    chunk.sources(),
                    file,
                    chunk.offset()));
        } else if (verify) {
            sendWhole(schema, chunk, view.message(chunk));
        } else {
            announce(schema, chunk, chunk.crc(), chunk.length());
            chunk.file().send(chunk.offset(), chunk.length(), sender::send);
        }
    }

    private void sendWhole(byte[] schema, StoredChunk chunk, byte[] message) throws IOException {
        CRC32C crc = new CRC32C();
        crc.update(message);
        announce(schema, chunk, (int) crc.getValue(), message.length);
        sender.send(ByteBuffer.wrap(message));
    }

    private void announce(byte[] schema, StoredChunk chunk, int crc, int length) throws IOException {
        gather(ChunkStream.chunk(chunk.number(), schema(schema), crc, length, chunk.sources()));
        flush();
    }

    private int schema(byte[] message) throws IOException {
        Integer known = schemas.get(ByteBuffer.wrap(message));
        if (known != null) {
            return known;
        }
        int number = schemas.size();
        schemas.put(ByteBuffer.wrap(message), number);
        gather(ChunkStream.schema(number, message));
        return number;
    }

    private int file(String path) throws IOException {
        Integer known = files.get(path);
        if (known != null) {
            return known;
        }
        int number = files.size();
        files.put(path, number);
        gather(ChunkStream.file(number, path));
        return number;
    }

    private void gather(byte[] frame) throws RpcException {
        gathered.writeBytes(frame);
        if (gathered.size() >= GATHER_BYTES) {
            flush();
        }
    }

    private void flush() throws RpcException {
        if (gathered.size() > 0) {
            sender.send(ByteBuffer.wrap(gathered.toByteArray()));
            gathered.reset();
        }
    }
}
