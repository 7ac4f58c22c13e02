package dev.quiver.exec.arrow;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import net.jpountz.lz4.LZ4FrameInputStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.compression.AbstractCompressionCodec;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;

/** Codecs for Arrow's own reader, over the libraries' readers of whole frames: none of the engine's code is in them. */
enum ArrowCodecs implements CompressionCodec.Factory {
    INSTANCE;

    @Override
    public CompressionCodec createCodec(CodecType type) {
        return new AbstractCompressionCodec() {
            @Override
            protected ArrowBuf doCompress(BufferAllocator allocator, ArrowBuf plain) {
                throw new UnsupportedOperationException();
            }

            @Override
            protected ArrowBuf doDecompress(BufferAllocator allocator, ArrowBuf compressed) {
                int prefix = (int) CompressionUtil.SIZE_OF_UNCOMPRESSED_LENGTH;
                byte[] frame = new byte[(int) compressed.writerIndex() - prefix];
                compressed.getBytes(prefix, frame);
                byte[] plain = restore(type, frame, (int) readUncompressedLength(compressed));
                ArrowBuf restored = allocator.buffer(plain.length);
                restored.setBytes(0, plain);
                restored.writerIndex(plain.length);
                return restored;
            }

            @Override
            public CodecType getCodecType() {
                return type;
            }
        };
    }

    @Override
    public CompressionCodec createCodec(CodecType type, int level) {
        return createCodec(type);
    }

    /** The bytes of one frame, which must be as many as announced and end with the frame. */
    static byte[] restore(CodecType type, byte[] frame, int length) {
        if (type == CodecType.ZSTD) {
            byte[] plain = Zstd.decompress(frame, length);
            if (plain.length != length || Zstd.getFrameContentSize(frame) != length) {
                throw new IllegalStateException("a Zstandard frame of " + plain.length + " bytes, not " + length);
            }
            return plain;
        }
        ByteArrayInputStream bytes = new ByteArrayInputStream(frame);
        try (LZ4FrameInputStream in = new LZ4FrameInputStream(bytes, true)) {
            byte[] plain = in.readAllBytes();
            if (plain.length != length || bytes.available() > 0) {
                throw new IllegalStateException("an LZ4 frame of " + plain.length + " bytes, not " + length);
            }
            return plain;
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }
}
