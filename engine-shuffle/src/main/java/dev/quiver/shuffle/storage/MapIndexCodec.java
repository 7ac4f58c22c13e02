package dev.quiver.shuffle.storage;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.shuffle.format.SegmentOrigin;
import dev.quiver.shuffle.storage.MapIndex.Chunks;
import dev.quiver.shuffle.storage.MapIndex.Segment;
import dev.quiver.task.MapVersion;
import dev.quiver.wire.MalformedMessage;
import dev.quiver.wire.WireInput;
import dev.quiver.wire.WireOutput;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A {@link MapIndex} as a file. All of it is checked before any of it is believed.
 *
 * <pre>
 *   8 bytes "QUIVERIX"
 *   u8      version of this layout, 1
 *   text    application, varint shuffle, text executor, varint incarnation
 *   varint  map partition, varint epoch, varint attempt
 *   varint  segments; each: text name, bytes Arrow schema message
 *   varint  chunks of all reduce partitions together
 *   varint  reduce partitions; each: varint rows, varint chunks; each of these:
 *             varint segment, varint offset, varint length, i32 CRC-32C of the message, varint rows
 *   i32     CRC-32C of all before
 * </pre>
 */
final class MapIndexCodec {
    private static final byte[] MAGIC = "QUIVERIX".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int CRC_BYTES = 4;

    private MapIndexCodec() {}

    static byte[] encode(MapIndex index) {
        WireOutput out = new WireOutput().writeRaw(MAGIC, 0, MAGIC.length).writeByte(VERSION);
        SegmentOrigin origin = index.origin();
        out.writeText(origin.application())
                .writeVarLong(origin.shuffle().value())
                .writeText(origin.executor().name())
                .writeVarLong(origin.executor().incarnation());
        out.writeVarLong(index.version().mapPartition())
                .writeVarLong(index.version().epoch())
                .writeVarLong(index.version().attempt());
        out.writeVarLong(index.segments().size());
        for (Segment segment : index.segments()) {
            out.writeText(segment.name()).writeBytes(segment.schemaMessage());
        }
        Chunks chunks = index.chunks();
        out.writeVarLong(chunks.count()).writeVarLong(index.reduceCount());
        for (int partition = 0; partition < index.reduceCount(); partition++) {
            int from = index.firstChunk()[partition];
            int to = index.firstChunk()[partition + 1];
            out.writeVarLong(index.rows()[partition]).writeVarLong(to - from);
            for (int chunk = from; chunk < to; chunk++) {
                out.writeVarLong(chunks.segments()[chunk])
                        .writeVarLong(chunks.offsets()[chunk])
                        .writeVarLong(chunks.lengths()[chunk])
                        .writeInt(chunks.crcs()[chunk])
                        .writeVarLong(chunks.rows()[chunk]);
            }
        }
        CRC32C crc = new CRC32C();
        crc.update(out.toByteArray());
        return out.writeInt((int) crc.getValue()).toByteArray();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws MalformedMessage if it is damaged, cut short, or of another version
     */
    static MapIndex decode(byte[] bytes) {
        int end = bytes.length - CRC_BYTES;
        if (end <= MAGIC.length || !ByteBuffer.wrap(bytes, 0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
            throw new MalformedMessage("its " + bytes.length + " bytes are no index");
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, end);
        if (new WireInput(ByteBuffer.wrap(bytes, end, CRC_BYTES)).readInt() != (int) crc.getValue()) {
            throw new MalformedMessage("it fails its checksum");
        }
        WireInput in = new WireInput(ByteBuffer.wrap(bytes, MAGIC.length, end - MAGIC.length));
        int version = in.readUnsignedByte();
        if (version != VERSION) {
            throw new MalformedMessage(
                    "it has layout version " + version + "; this version of Quiver reads " + VERSION);
        }
        SegmentOrigin origin = new SegmentOrigin(
                in.readText(),
                new ShuffleId(in.readCount("shuffle")),
                new ExecutorId(in.readText(), in.readCount("incarnation")));
        MapVersion output =
                new MapVersion(in.readCount("map partition"), in.readCount("epoch"), in.readCount("attempt"));
        int segmentCount = in.readElementCount(2, "segments");
        List<Segment> segments = new ArrayList<>(segmentCount);
        for (int segment = 0; segment < segmentCount; segment++) {
            segments.add(new Segment(in.readText(), in.readBytes()));
        }
        Chunks chunks = new Chunks(in.readElementCount(8, "chunks"));
        int reducers = in.readElementCount(2, "reduce partitions");
        long[] rows = new long[reducers];
        int[] firstChunk = new int[reducers + 1];
        for (int partition = 0; partition < reducers; partition++) {
            rows[partition] = in.readVarLong();
            int from = firstChunk[partition];
            int to = from + in.readBounded(chunks.count() - from, "chunks of a partition");
            for (int chunk = from; chunk < to; chunk++) {
                chunks.segments()[chunk] = in.readBounded(segmentCount - 1, "segment");
                chunks.offsets()[chunk] = in.readVarLong();
                chunks.lengths()[chunk] = in.readCount("length");
                chunks.crcs()[chunk] = in.readInt();
                chunks.rows()[chunk] = in.readCount("rows");
            }
            firstChunk[partition + 1] = to;
        }
        in.requireEnd();
        return new MapIndex(origin, output, segments, rows, firstChunk, chunks);
    }
}
