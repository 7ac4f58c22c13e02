package dev.quiver.shuffle.wire;

import dev.quiver.id.ShuffleId;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.task.MapVersion;
import dev.quiver.wire.MalformedMessage;
import dev.quiver.wire.WireInput;
import dev.quiver.wire.WireOutput;
import java.nio.ByteBuffer;

/**
 * Asks an executor for the chunks of one reduce partition, or of several small ones that follow one another.
 *
 * <pre>
 *   u8      protocol version, 3
 *   varint  shuffle
 *   varint  reduce partition
 *   varint  first chunk: those before were received already
 *   u8      sum of: 1 = the holder checks each chunk before it sends it
 *                   2 = chunks in files may be described instead of sent; then the text of the reader's host
 *                   4 = several partitions, from the one above; then varint how many, varint most bytes
 *   varint  common epoch, varint common attempt
 *   u8      form of the map partitions
 *             0 = ranges: varint count, then per range varint gap since the last end, varint length - 1
 *             1 = bitmap: varint first map partition, varint bytes, then one bit each, lowest bit first
 *   varint  exceptions, each: varint gap since the last map partition, varint epoch, varint attempt
 * </pre>
 *
 * @param shuffle         the shuffle
 * @param reducePartition the partition that is read
 * @param fromChunk       number of the first chunk to send, as the holder numbers them
 * @param verify          whether the holder checks its copy first, because an earlier one arrived damaged
 * @param readerHost      identity of the reader's host if it can read files of that host itself; empty when every chunk
 *                        shall be sent
 * @param ahead           how many partitions are wanted from {@code reducePartition} on, answered by an {@link AheadStream};
 *                        null for the one, answered by a {@link ChunkStream}
 * @param wanted          the versions whose rows count
 */
public record FetchRequest(
        ShuffleId shuffle,
        int reducePartition,
        int fromChunk,
        boolean verify,
        String readerHost,
        Ahead ahead,
        WantedVersions wanted) {
    static final int VERSION = 3;
    private static final int VERIFY = 1;
    private static final int DESCRIBE = 2;
    private static final int AHEAD = 4;
    private static final int RANGES = 0;
    private static final int BITMAP = 1;

    /**
     * Small partitions, to be sent as far as they fit.
     *
     * @param partitions how many, at least 1
     * @param mostBytes  for all of them together
     */
    public record Ahead(int partitions, int mostBytes) {}

    /** For one partition. */
    public FetchRequest(
            ShuffleId shuffle,
            int reducePartition,
            int fromChunk,
            boolean verify,
            String readerHost,
            WantedVersions wanted) {
        this(shuffle, reducePartition, fromChunk, verify, readerHost, null, wanted);
    }

    public byte[] encode() {
        WireOutput out = new WireOutput();
        out.writeByte(VERSION)
                .writeVarLong(shuffle.value())
                .writeVarLong(reducePartition)
                .writeVarLong(fromChunk)
                .writeByte((verify ? VERIFY : 0) | (readerHost.isEmpty() ? 0 : DESCRIBE) | (ahead == null ? 0 : AHEAD));
        if (!readerHost.isEmpty()) {
            out.writeText(readerHost);
        }
        if (ahead != null) {
            out.writeVarLong(ahead.partitions()).writeVarLong(ahead.mostBytes());
        }
        out.writeVarLong(wanted.epoch()).writeVarLong(wanted.attempt());
        encodeMaps(out, wanted.bounds());
        MapVersion[] exceptions = wanted.exceptions();
        out.writeVarLong(exceptions.length);
        int last = 0;
        for (MapVersion version : exceptions) {
            out.writeVarLong(version.mapPartition() - last)
                    .writeVarLong(version.epoch())
                    .writeVarLong(version.attempt());
            last = version.mapPartition();
        }
        return out.toByteArray();
    }

    private static void encodeMaps(WireOutput out, int[] bounds) {
        WireOutput ranges = new WireOutput().writeByte(RANGES).writeVarLong(bounds.length / 2);
        int last = 0;
        for (int run = 0; run < bounds.length; run += 2) {
            ranges.writeVarLong(bounds[run] - last).writeVarLong(bounds[run + 1] - bounds[run] - 1);
            last = bounds[run + 1];
        }
        int first = bounds.length == 0 ? 0 : bounds[0];
        int bitmapBytes = (last - first + 7) >>> 3;
        if (ranges.size() <= bitmapBytes + 8) {
            byte[] bytes = ranges.toByteArray();
            out.writeRaw(bytes, 0, bytes.length);
            return;
        }
        byte[] bits = new byte[bitmapBytes];
        for (int run = 0; run < bounds.length; run += 2) {
            for (int map = bounds[run] - first; map < bounds[run + 1] - first; map++) {
                bits[map >>> 3] |= (byte) (1 << (map & 7));
            }
        }
        out.writeByte(BITMAP).writeVarLong(first).writeBytes(bits);
    }

    /**
     * Reads what {@link #encode} wrote; memory used is proportional to the bytes given.
     *
     * @param bytes borrowed, and not moved
     */
    public static FetchRequest decode(ByteBuffer bytes) {
        WireInput in = new WireInput(bytes);
        int version = in.readUnsignedByte();
        if (version != VERSION) {
            throw new MalformedMessage(
                    "fetch request of protocol version " + version + "; this executor speaks " + VERSION);
        }
        ShuffleId shuffle = new ShuffleId(in.readCount("shuffle"));
        int reducePartition = in.readCount("reduce partition");
        int fromChunk = in.readCount("first chunk");
        int flags = in.readUnsignedByte();
        String readerHost = (flags & DESCRIBE) == 0 ? "" : in.readText();
        Ahead ahead = (flags & AHEAD) == 0 ? null : new Ahead(in.readCount("partitions"), in.readCount("bytes"));
        try {
            WantedVersions.Builder wanted =
                    new WantedVersions.Builder().common(in.readCount("epoch"), in.readCount("attempt"));
            decodeMaps(in, wanted);
            int exceptions = in.readElementCount(3, "exceptions");
            int map = 0;
            for (int index = 0; index < exceptions; index++) {
                map = Math.addExact(map, in.readCount("gap"));
                wanted.addException(new MapVersion(map, in.readCount("epoch"), in.readCount("attempt")));
            }
            in.requireEnd();
            return new FetchRequest(
                    shuffle, reducePartition, fromChunk, (flags & VERIFY) != 0, readerHost, ahead, wanted.build());
        } catch (ArithmeticException | IllegalArgumentException impossible) {
            throw new MalformedMessage("fetch request: " + impossible.getMessage());
        }
    }

    private static void decodeMaps(WireInput in, WantedVersions.Builder wanted) {
        int form = in.readUnsignedByte();
        if (form == RANGES) {
            int ranges = in.readElementCount(2, "ranges");
            int last = 0;
            for (int index = 0; index < ranges; index++) {
                int from = Math.addExact(last, in.readCount("gap"));
                last = Math.addExact(Math.addExact(from, in.readCount("length")), 1);
                wanted.addRange(from, last);
            }
        } else if (form == BITMAP) {
            int first = in.readBounded(WantedVersions.MAX_MAP_PARTITIONS, "first map partition");
            byte[] bits = in.readBytes();
            for (long bit = 0; bit < 8L * bits.length; bit++) {
                if ((bits[(int) (bit >>> 3)] & 1 << (bit & 7)) != 0) {
                    int map = Math.toIntExact(first + bit);
                    wanted.addRange(map, map + 1);
                }
            }
        } else {
            throw new MalformedMessage("map partitions in unknown form " + form);
        }
    }
}
