package dev.quiver.exec.arrow;

import java.util.Arrays;

/** Any bytes, compressed by the codecs that record batches use, with the same bounds on damaged and hostile frames. */
public final class ByteFrames {
    private ByteFrames() {}

    /**
     * Compresses the start of an array.
     *
     * @param bytes borrowed
     * @param codec not {@link BodyCodec#NONE}
     * @throws CodecUnavailable if its library does not load in this process
     */
    public static byte[] compress(byte[] bytes, int length, BodyCodec codec) {
        try (BufferCodec frames = codec.open()) {
            byte[] packed = new byte[Math.toIntExact(frames.room(length))];
            return Arrays.copyOf(packed, frames.compress(bytes, 0, length, packed, 0));
        }
    }

    /**
     * Restores what {@link #compress} made.
     *
     * @param length of what was compressed
     * @throws CorruptBatch if the frame is damaged, or holds more or fewer bytes
     */
    public static byte[] restore(byte[] frame, int length, BodyCodec codec) throws CorruptBatch {
        try (BufferCodec frames = codec.open()) {
            byte[] bytes = new byte[length];
            frames.restore(frame, 0, frame.length, bytes, length);
            return bytes;
        }
    }
}
