package dev.quiver.shuffle.wire;

import dev.quiver.id.ShuffleId;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.task.MapVersion;
import java.nio.ByteBuffer;

/**
 * Asks an executor for the chunks of one reduce partition.
 *
 * <pre>
 *   u8      protocol version, 1
 *   varint  shuffle
 *   varint  reduce partition
 *   varint  first chunk: those before were received already
 *   u8      1 = the holder checks each chunk before it sends it
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
 * @param wanted          the versions whose rows count
 */
public record FetchRequest(
        ShuffleId shuffle, int reducePartition, int fromChunk, boolean verify, WantedVersions wanted) {
    static final int VERSION = 1;
    private static final int RANGES = 0;
    private static final int BITMAP = 1;

    public byte[] encode() {
        ByteWriter out = new ByteWriter();
        out.u8(VERSION)
                .varint(shuffle.value())
                .varint(reducePartition)
                .varint(fromChunk)
                .u8(verify ? 1 : 0);
        out.varint(wanted.epoch()).varint(wanted.attempt());
        encodeMaps(out, wanted.bounds());
        MapVersion[] exceptions = wanted.exceptions();
        out.varint(exceptions.length);
        int last = 0;
        for (MapVersion version : exceptions) {
            out.varint(version.mapPartition() - last).varint(version.epoch()).varint(version.attempt());
            last = version.mapPartition();
        }
        return out.toBytes();
    }

    private static void encodeMaps(ByteWriter out, int[] bounds) {
        ByteWriter ranges = new ByteWriter().u8(RANGES).varint(bounds.length / 2);
        int last = 0;
        for (int run = 0; run < bounds.length; run += 2) {
            ranges.varint(bounds[run] - last).varint(bounds[run + 1] - bounds[run] - 1);
            last = bounds[run + 1];
        }
        int first = bounds.length == 0 ? 0 : bounds[0];
        int bitmapBytes = (last - first + 7) >>> 3;
        if (ranges.size() <= bitmapBytes + 8) {
            byte[] bytes = ranges.toBytes();
            out.raw(bytes, 0, bytes.length);
            return;
        }
        byte[] bits = new byte[bitmapBytes];
        for (int run = 0; run < bounds.length; run += 2) {
            for (int map = bounds[run] - first; map < bounds[run + 1] - first; map++) {
                bits[map >>> 3] |= (byte) (1 << (map & 7));
            }
        }
        out.u8(BITMAP).varint(first).block(bits);
    }

    /**
     * Reads what {@link #encode} wrote; memory used is proportional to the bytes given.
     *
     * @param bytes borrowed, and not moved
     */
    public static FetchRequest decode(ByteBuffer bytes) throws MalformedBytes {
        ByteReader in = new ByteReader(bytes);
        int version = in.u8();
        if (version != VERSION) {
            throw new MalformedBytes(
                    "fetch request of protocol version " + version + "; this executor speaks " + VERSION);
        }
        ShuffleId shuffle = new ShuffleId(in.count("shuffle"));
        int reducePartition = in.count("reduce partition");
        int fromChunk = in.count("first chunk");
        boolean verify = in.u8() != 0;
        try {
            WantedVersions.Builder wanted = new WantedVersions.Builder().common(in.count("epoch"), in.count("attempt"));
            decodeMaps(in, wanted);
            int exceptions = in.elements(3, "exceptions");
            int map = 0;
            for (int index = 0; index < exceptions; index++) {
                map = Math.addExact(map, in.count("gap"));
                wanted.addException(new MapVersion(map, in.count("epoch"), in.count("attempt")));
            }
            in.end();
            return new FetchRequest(shuffle, reducePartition, fromChunk, verify, wanted.build());
        } catch (ArithmeticException | IllegalArgumentException impossible) {
            throw new MalformedBytes("fetch request: " + impossible.getMessage());
        }
    }

    private static void decodeMaps(ByteReader in, WantedVersions.Builder wanted) throws MalformedBytes {
        int form = in.u8();
        if (form == RANGES) {
            int ranges = in.elements(2, "ranges");
            int last = 0;
            for (int index = 0; index < ranges; index++) {
                int from = Math.addExact(last, in.count("gap"));
                last = Math.addExact(Math.addExact(from, in.count("length")), 1);
                wanted.addRange(from, last);
            }
        } else if (form == BITMAP) {
            int first = in.bounded(WantedVersions.MAX_MAP_PARTITIONS, "first map partition");
            byte[] bits = in.block("bitmap");
            for (long bit = 0; bit < 8L * bits.length; bit++) {
                if ((bits[(int) (bit >>> 3)] & 1 << (bit & 7)) != 0) {
                    int map = Math.toIntExact(first + bit);
                    wanted.addRange(map, map + 1);
                }
            }
        } else {
            throw new MalformedBytes("map partitions in unknown form " + form);
        }
    }
}
