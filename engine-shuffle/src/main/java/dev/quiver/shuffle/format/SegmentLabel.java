package dev.quiver.shuffle.format;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * What the footer of a segment file says about it, as custom metadata:
 *
 * <pre>
 *   quiver.format       version of this layout, 1
 *   quiver.application  id of the application             } absent in files
 *   quiver.shuffle      number of the shuffle             } that belong to
 *   quiver.executor     name of the executor that wrote   } no shuffle
 *   quiver.incarnation  which process of that name        }
 *   quiver.length       bytes up to the end of the last message, decimal
 *   quiver.crc32c       CRC-32C of these bytes, eight hexadecimal digits
 *   quiver.label        CRC-32C of the lines "key=value\n" of all above, in this order
 * </pre>
 *
 * @param version     of the layout
 * @param origin      whose rows these are; null in a file that belongs to no shuffle
 * @param lengthBytes from the start to the end of the last message; eight constant bytes and the footer follow
 * @param crc         of these bytes
 */
public record SegmentLabel(int version, SegmentOrigin origin, long lengthBytes, int crc) {
    /** The version this code writes, and the only one it reads. */
    public static final int VERSION = 1;

    private static final String FORMAT = "quiver.format";
    private static final String APPLICATION = "quiver.application";
    private static final String SHUFFLE = "quiver.shuffle";
    private static final String EXECUTOR = "quiver.executor";
    private static final String INCARNATION = "quiver.incarnation";
    private static final String LENGTH = "quiver.length";
    private static final String CRC = "quiver.crc32c";
    private static final String LABEL = "quiver.label";

    Map<String, String> toMetadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(FORMAT, String.valueOf(version));
        if (origin != null) {
            metadata.put(APPLICATION, origin.application());
            metadata.put(SHUFFLE, String.valueOf(origin.shuffle().value()));
            metadata.put(EXECUTOR, origin.executor().name());
            metadata.put(INCARNATION, String.valueOf(origin.executor().incarnation()));
        }
        metadata.put(LENGTH, String.valueOf(lengthBytes));
        metadata.put(CRC, hex(crc));
        metadata.put(LABEL, hex(crcOf(metadata)));
        return metadata;
    }

    private static String hex(int value) {
        return "%08x".formatted(value);
    }

    private static int crcOf(Map<String, String> metadata) {
        CRC32C crc = new CRC32C();
        metadata.forEach((key, value) -> crc.update((key + "=" + value + "\n").getBytes(StandardCharsets.UTF_8)));
        return (int) crc.getValue();
    }

    /**
     * Reads what {@link #toMetadata} wrote.
     *
     * @throws IllegalArgumentException saying what is missing, damaged or of an unknown version
     */
    static SegmentLabel of(Map<String, String> metadata) {
        int version = (int) number(metadata, FORMAT, 10);
        if (version != VERSION) {
            throw new IllegalArgumentException(
                    "it has layout version " + version + "; this version of Quiver reads " + VERSION);
        }
        SegmentOrigin origin = metadata.get(APPLICATION) == null
                ? null
                : new SegmentOrigin(
                        metadata.get(APPLICATION),
                        new ShuffleId((int) number(metadata, SHUFFLE, 10)),
                        new ExecutorId(text(metadata, EXECUTOR), (int) number(metadata, INCARNATION, 10)));
        SegmentLabel label =
                new SegmentLabel(version, origin, number(metadata, LENGTH, 10), (int) number(metadata, CRC, 16));
        if (!label.toMetadata().get(LABEL).equals(text(metadata, LABEL))) {
            throw new IllegalArgumentException("what its footer says about it fails its checksum");
        }
        return label;
    }

    private static String text(Map<String, String> metadata, String key) {
        String value = metadata.get(key);
        if (value == null) {
            throw new IllegalArgumentException("its footer has no '" + key + "'; Quiver did not write it, or not so");
        }
        return value;
    }

    private static long number(Map<String, String> metadata, String key, int radix) {
        String value = text(metadata, key);
        try {
            return Long.parseLong(value, radix);
        } catch (NumberFormatException damaged) {
            throw new IllegalArgumentException("its footer has '" + value + "' as '" + key + "'", damaged);
        }
    }
}
