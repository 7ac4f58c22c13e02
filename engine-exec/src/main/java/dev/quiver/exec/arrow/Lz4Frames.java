package dev.quiver.exec.arrow;

import java.util.Arrays;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * Buffers as LZ4 frames. The library compresses blocks; the frame around them is written here, because the library's
 * streams allocate two blocks for every buffer and copy all bytes once more.
 *
 * <pre>
 * 04 22 4D 18 | 60 40 82 | int32 length | block | int32 length | block | ... | 00 00 00 00
 *   magic       version 1, blocks independent and of at most 64 KiB, their check byte
 * </pre>
 *
 * The highest bit of a length marks a block that is stored as it is. Blocks of 64 KiB: larger ones compress worse, since
 * the library then remembers fewer places, and native code holds an array, and with it the garbage collector, for the
 * time of one block. Only frames with this header are read: the engine reads what it wrote.
 */
final class Lz4Frames implements BufferCodec {
    static final int BLOCK = 1 << 16;
    private static final byte[] HEADER = {4, 0x22, 0x4D, 0x18, 0x60, 0x40, (byte) 0x82};
    private static final int LENGTH_BYTES = 4;
    private static final int AS_IS = 1 << 31;

    /** Loads the library with the first use: its native code, or its Java where that cannot be loaded. */
    private static final class Library {
        static final LZ4Compressor COMPRESSOR = LZ4Factory.fastestInstance().fastCompressor();
        static final LZ4SafeDecompressor DECOMPRESSOR =
                LZ4Factory.fastestInstance().safeDecompressor();
        static final int BLOCK_ROOM = COMPRESSOR.maxCompressedLength(BLOCK);
    }

    static boolean load() {
        return Library.BLOCK_ROOM > 0;
    }

    @Override
    public long room(int length) {
        long blocks = (length + BLOCK - 1L) / BLOCK;
        // The last block is compressed with room for the worst case, then stored as it is when that came true.
        return HEADER.length + length + blocks * LENGTH_BYTES + Library.BLOCK_ROOM + LENGTH_BYTES;
    }

    @Override
    public int compress(byte[] from, int offset, int length, byte[] into, int at) {
        System.arraycopy(HEADER, 0, into, at, HEADER.length);
        int end = at + HEADER.length;
        for (int done = 0; done < length; done += BLOCK) {
            int size = Math.min(BLOCK, length - done);
            int start = end + LENGTH_BYTES;
            int packed = Library.COMPRESSOR.compress(from, offset + done, size, into, start, Library.BLOCK_ROOM);
            if (packed < size) {
                putInt(into, end, packed);
                end = start + packed;
            } else {
                System.arraycopy(from, offset + done, into, start, size);
                putInt(into, end, size | AS_IS);
                end = start + size;
            }
        }
        putInt(into, end, 0);
        return end + LENGTH_BYTES - at;
    }

    @Override
    public void restore(byte[] from, int offset, int length, byte[] into, int size) throws CorruptBatch {
        int limit = offset + length;
        int at = offset + HEADER.length;
        if (length < HEADER.length || !Arrays.equals(from, offset, at, HEADER, 0, HEADER.length)) {
            throw new CorruptBatch("a buffer is no LZ4 frame of this engine");
        }
        int done = 0;
        while (limit - at >= LENGTH_BYTES) {
            int header = getInt(from, at);
            at += LENGTH_BYTES;
            if (header == 0) {
                if (at != limit || done != size) {
                    throw wrong(done, size, limit - at);
                }
                return;
            }
            int packed = header & ~AS_IS;
            int room = Math.min(BLOCK, size - done);
            if (packed > limit - at || (header < 0 && packed > room)) {
                throw wrong(done, size, limit - at);
            }
            done += header < 0 ? copy(from, at, packed, into, done) : unpack(from, at, packed, into, done, room);
            at += packed;
        }
        throw wrong(done, size, limit - at);
    }

    private static int copy(byte[] from, int at, int length, byte[] into, int done) {
        System.arraycopy(from, at, into, done, length);
        return length;
    }

    private static int unpack(byte[] from, int at, int packed, byte[] into, int done, int room) throws CorruptBatch {
        try {
            return Library.DECOMPRESSOR.decompress(from, at, packed, into, done, room);
        } catch (LZ4Exception malformed) {
            throw new CorruptBatch("a block of an LZ4 frame is malformed: " + malformed.getMessage(), malformed);
        }
    }

    private static CorruptBatch wrong(int done, int size, int left) {
        return new CorruptBatch("an LZ4 frame does not hold the " + size + " bytes it must: " + done
                + " were restored and " + left + " bytes of it are left");
    }

    private static void putInt(byte[] into, int at, int value) {
        into[at] = (byte) value;
        into[at + 1] = (byte) (value >>> 8);
        into[at + 2] = (byte) (value >>> 16);
        into[at + 3] = (byte) (value >>> 24);
    }

    private static int getInt(byte[] from, int at) {
        return from[at] & 0xFF | (from[at + 1] & 0xFF) << 8 | (from[at + 2] & 0xFF) << 16 | from[at + 3] << 24;
    }

    /** The library keeps nothing between blocks. */
    @Override
    public void close() {}
}
