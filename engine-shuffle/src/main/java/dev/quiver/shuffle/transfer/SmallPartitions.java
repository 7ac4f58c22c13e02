package dev.quiver.shuffle.transfer;

import dev.quiver.rpc.StreamSender;
import dev.quiver.shuffle.store.ChunkDamaged;
import dev.quiver.shuffle.store.PartitionView;
import dev.quiver.shuffle.store.ShuffleStore;
import dev.quiver.shuffle.store.StoredChunk;
import dev.quiver.shuffle.wire.AheadStream;
import dev.quiver.shuffle.wire.ChunkStream;
import dev.quiver.shuffle.wire.FetchRequest;
import dev.quiver.task.MapVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Answers a request for several partitions: those that follow one another as long as they are small and fit. The first
 * that is not, or that is damaged, ends the answer, and is asked for by itself. Belongs to the worker's thread.
 */
final class SmallPartitions {
    /** A partition counts as small up to this part of the answer; larger ones are worth a request of their own. */
    private static final int SMALL_PART = 8;

    private final ShuffleStore store;
    private final FetchRequest request;

    SmallPartitions(ShuffleStore store, FetchRequest request) {
        this.store = store;
        this.request = request;
    }

    void send(StreamSender sender) throws IOException {
        int left = request.ahead().mostBytes();
        int first = request.reducePartition();
        for (int partition = first; partition - first < request.ahead().partitions(); partition++) {
            int most = Math.min(left, request.ahead().mostBytes() / SMALL_PART);
            try (PartitionView view = store.read(request.shuffle(), partition, request.wanted(), 0)) {
                if (view.chunks().isEmpty()) {
                    continue;
                }
                byte[] frame = bytes(view) > most ? null : AheadStream.partition(partition, chunks(view));
                if (frame == null || frame.length > most) {
                    break;
                }
                left -= frame.length;
                sender.send(ByteBuffer.wrap(frame));
            } catch (ChunkDamaged asksForItAlone) {
                break;
            }
        }
        sender.send(ByteBuffer.wrap(AheadStream.end()));
        sender.end();
    }

    private static long bytes(PartitionView view) {
        long bytes = 0;
        for (StoredChunk chunk : view.chunks()) {
            bytes += chunk instanceof StoredChunk.InFile inFile
                    ? inFile.length()
                    : ((StoredChunk.InMemory) chunk).batch().sizeBytes();
        }
        return bytes;
    }

    /** The chunk stream of a partition. */
    private byte[] chunks(PartitionView view) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(known(view));
        Map<ByteBuffer, Integer> schemas = new HashMap<>();
        for (StoredChunk chunk : view.chunks()) {
            byte[] schema;
            byte[] message;
            if (chunk instanceof StoredChunk.InFile inFile) {
                schema = inFile.file().schemaMessage();
                message = view.message(inFile);
            } else {
                StoredChunk.InMemory inMemory = (StoredChunk.InMemory) chunk;
                schema = store.codec().schemaMessage(inMemory.batch());
                message = store.codec().batchMessage(inMemory.batch());
            }
            Integer number = schemas.putIfAbsent(ByteBuffer.wrap(schema), schemas.size());
            if (number == null) {
                number = schemas.size() - 1;
                out.writeBytes(ChunkStream.schema(number, schema));
            }
            CRC32C crc = new CRC32C();
            crc.update(message);
            out.writeBytes(
                    ChunkStream.chunk(chunk.number(), number, (int) crc.getValue(), message.length, chunk.sources()));
            out.writeBytes(message);
        }
        out.writeBytes(ChunkStream.end(view.chunks().size()));
        return out.toByteArray();
    }

    /** Only outputs with rows here: the request is for all that this executor serves. */
    private static byte[] known(PartitionView view) {
        List<MapVersion> versions = new ArrayList<>();
        long[] rows = view.rows();
        int count = 0;
        for (int index = 0; index < rows.length; index++) {
            if (rows[index] > 0) {
                versions.add(view.known().get(index));
                rows[count++] = rows[index];
            }
        }
        return ChunkStream.known(versions, Arrays.copyOf(rows, count));
    }
}
