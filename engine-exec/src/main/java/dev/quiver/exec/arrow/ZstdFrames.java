package dev.quiver.exec.arrow;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;

/**
 * Buffers as Zstandard frames, each with its length in its header. The library's contexts hold memory outside the heap: a
 * message has its own, freed by {@link #close}, which costs about 4 microseconds a message and can never leak. Bytes are
 * fed in slices, because native code holds an array, and with it the garbage collector, for the time of a call.
 */
final class ZstdFrames implements BufferCodec {
    static final int LOWEST_LEVEL = 1;
    /** Levels above need windows that {@link #LARGEST_WINDOW} forbids. */
    static final int HIGHEST_LEVEL = 19;

    /** Log2 of the bytes outside the heap that a reader lets a frame ask for. */
    private static final int LARGEST_WINDOW = 23;

    private static final int SLICE = 1 << 17;

    private final int level;
    private ZstdCompressCtx compressor;
    private ZstdDecompressCtx decompressor;

    private ZstdFrames(int level) {
        this.level = level;
    }

    /** Whether the library loads; remembered, since it is tried once. */
    private static final class Library {
        static final LinkageError FAILURE = failure();

        private static LinkageError failure() {
            try (ZstdFrames trial = new ZstdFrames(LOWEST_LEVEL)) {
                trial.compress(new byte[1], 0, 1, new byte[64], 0);
                return null;
            } catch (LinkageError unavailable) {
                return unavailable;
            }
        }
    }

    static boolean load() {
        return Library.FAILURE == null;
    }

    static ZstdFrames open(int level) {
        if (Library.FAILURE != null) {
            throw new CodecUnavailable("zstd", Library.FAILURE);
        }
        return new ZstdFrames(level);
    }

    /** As ZSTD_COMPRESSBOUND of the library has it, and room for a header. */
    @Override
    public long room(int length) {
        return length + (length >>> 8) + 1024L;
    }

    @Override
    public int compress(byte[] from, int offset, int length, byte[] into, int at) {
        if (compressor == null) {
            compressor = new ZstdCompressCtx();
            compressor.setLevel(level);
        }
        compressor.setPledgedSrcSize(length);
        ByteBuffer source = ByteBuffer.wrap(from, offset, length);
        ByteBuffer target = ByteBuffer.wrap(into, at, into.length - at);
        int end = offset + length;
        boolean finished;
        do {
            source.limit(Math.min(end, source.position() + SLICE));
            boolean last = source.limit() == end;
            finished = compressor.compressByteBufferStream(
                    target, source, last ? EndDirective.END : EndDirective.CONTINUE);
        } while (source.position() < end || !finished);
        return target.position() - at;
    }

    @Override
    public void restore(byte[] from, int offset, int length, byte[] into, int size) throws CorruptBatch {
        if (decompressor == null) {
            decompressor = new ZstdDecompressCtx();
        }
        ByteBuffer source = ByteBuffer.wrap(from, offset, length);
        ByteBuffer target = ByteBuffer.wrap(into, 0, size);
        try {
            // A reset forgets the limits, too.
            decompressor.reset();
            decompressor.setLongMax(LARGEST_WINDOW);
            boolean finished;
            do {
                int before = source.position() + target.position();
                target.limit(Math.min(size, target.position() + SLICE));
                finished = decompressor.decompressByteBufferStream(target, source);
                if (!finished && source.position() + target.position() == before) {
                    throw wrong(target, size, source);
                }
            } while (!finished);
        } catch (ZstdException malformed) {
            throw new CorruptBatch("a Zstandard frame is malformed: " + malformed.getMessage(), malformed);
        }
        if (source.hasRemaining() || target.position() != size) {
            throw wrong(target, size, source);
        }
    }

    private static CorruptBatch wrong(ByteBuffer target, int size, ByteBuffer source) {
        return new CorruptBatch("a Zstandard frame does not hold the " + size + " bytes it must: " + target.position()
                + " were restored and " + source.remaining() + " bytes of it are left");
    }

    @Override
    public void close() {
        if (compressor != null) {
            compressor.close();
            compressor = null;
        }
        if (decompressor != null) {
            decompressor.close();
            decompressor = null;
        }
    }
}
