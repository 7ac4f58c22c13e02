package dev.quiver.exec.arrow;

import org.apache.arrow.flatbuf.CompressionType;

/**
 * How the buffers of a record batch lie in its body: as they are, or compressed one by one as Arrow's format defines it.
 * A message says which, so readers need not be told. The libraries and their native code are loaded by the first message
 * that is compressed; choosing a codec loads nothing. Immutable.
 *
 * @param method what compresses
 * @param level  of Zstandard: higher is smaller and slower; 0 for the others
 */
public record BodyCodec(Method method, int level) {
    /** What stands in the message. */
    public enum Method {
        /** Buffers as they are. */
        NONE,
        /** LZ4 frames. */
        LZ4,
        /** Zstandard frames. */
        ZSTD
    }

    public static final BodyCodec NONE = new BodyCodec(Method.NONE, 0);
    public static final BodyCodec LZ4 = new BodyCodec(Method.LZ4, 0);
    /** Zstandard at its fastest regular level. */
    public static final BodyCodec ZSTD = new BodyCodec(Method.ZSTD, ZstdFrames.LOWEST_LEVEL);

    public BodyCodec {
        boolean valid = method == Method.ZSTD
                ? level >= ZstdFrames.LOWEST_LEVEL && level <= ZstdFrames.HIGHEST_LEVEL
                : level == 0;
        if (!valid) {
            throw new IllegalArgumentException(method + " has no level " + level);
        }
    }

    /** Zstandard at a level from 1 to 19. */
    public static BodyCodec zstd(int level) {
        return new BodyCodec(Method.ZSTD, level);
    }

    /**
     * Loads the library, which takes tens of milliseconds the first time, and says whether it can be used. LZ4 always
     * can; Zstandard needs native code for this platform and a temporary folder to unpack it to.
     */
    public boolean isAvailable() {
        return switch (method) {
            case NONE -> true;
            case LZ4 -> Lz4Frames.load();
            case ZSTD -> ZstdFrames.load();
        };
    }

    /** As {@link Method#ZSTD} and its level would be called by people: {@code zstd-1}. */
    @Override
    public String toString() {
        return switch (method) {
            case NONE -> "none";
            case LZ4 -> "lz4";
            case ZSTD -> "zstd-" + level;
        };
    }

    /**
     * A codec for the buffers of one message; null for {@link #NONE}. Returned: the caller closes it.
     *
     * @throws CodecUnavailable if its library does not load in this process
     */
    BufferCodec open() {
        return switch (method) {
            case NONE -> null;
            case LZ4 -> new Lz4Frames();
            case ZSTD -> ZstdFrames.open(level);
        };
    }

    /** How Arrow calls it; -1 for none. */
    byte arrowType() {
        return switch (method) {
            case NONE -> -1;
            case LZ4 -> CompressionType.LZ4_FRAME;
            case ZSTD -> CompressionType.ZSTD;
        };
    }

    /** The codec of a message; its level does not matter to readers. */
    static BodyCodec ofArrowType(byte type) throws CorruptBatch {
        return switch (type) {
            case CompressionType.LZ4_FRAME -> LZ4;
            case CompressionType.ZSTD -> ZSTD;
            default -> throw new CorruptBatch("a record batch is compressed by an unknown codec " + type);
        };
    }
}
