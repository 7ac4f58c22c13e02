package dev.quiver.exec.arrow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MetadataVersion;

/**
 * What surrounds the metadata of a message. All numbers are little-endian; the metadata is padded so that the body, and
 * with it the next message, starts at a multiple of 8.
 *
 * <pre>
 * FF FF FF FF | int32 length of metadata and padding | metadata | padding | body
 * </pre>
 */
final class Envelope {
    static final int PREFIX = 8;
    private static final int CONTINUATION = 0xFFFFFFFF;

    /** A message taken out of its envelope. */
    record Opened(Message message, ByteBuffer body) {}

    private Envelope() {}

    /**
     * A message with room for its body.
     *
     * @param into holds the message then
     * @return the message, positioned at the start of the body, in which is anything
     */
    static ByteBuffer wrap(ByteBuffer metadata, long bodyBytes, MessageBuffer into) {
        int padded = (int) pad(metadata.remaining());
        long total = PREFIX + padded + bodyBytes;
        if (total > Integer.MAX_VALUE - PREFIX) {
            throw new IllegalArgumentException("a batch of " + bodyBytes
                    + " bytes does not fit into one message of at most 2 GiB; write smaller batches");
        }
        ByteBuffer out = into.room((int) total);
        out.putInt(CONTINUATION).putInt(padded).putLong(padded, 0).put(metadata.duplicate());
        return out.position(PREFIX + padded);
    }

    /** The length of prefix, metadata and padding, as its first 8 bytes say; checked against what is there. */
    static int headBytes(ByteBuffer encapsulated) throws CorruptBatch {
        ByteBuffer view = encapsulated.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (view.remaining() < PREFIX) {
            throw new CorruptBatch("an Arrow message of " + view.remaining() + " bytes is too short to be one");
        }
        int length = view.getInt(4);
        if (view.getInt(0) != CONTINUATION
                || length < PREFIX
                || length > view.remaining() - PREFIX
                || length % 8 != 0) {
            throw new CorruptBatch("an Arrow message starts with a damaged prefix: length " + length + " of "
                    + view.remaining() + " bytes");
        }
        return PREFIX + length;
    }

    /** Takes a message apart; its body lies inside the bytes given. */
    static Opened open(ByteBuffer encapsulated, byte headerType) throws CorruptBatch {
        int head = headBytes(encapsulated);
        ByteBuffer view = encapsulated.slice();
        Message message = Message.getRootAsMessage(view.slice(PREFIX, head - PREFIX));
        if (message.version() != MetadataVersion.V5 && message.version() != MetadataVersion.V4) {
            throw new CorruptBatch("an Arrow message of metadata version " + message.version() + " is not supported");
        }
        if (message.headerType() != headerType) {
            throw new CorruptBatch("an Arrow message of type " + message.headerType() + " stands where one of "
                    + headerType + " belongs");
        }
        long body = message.bodyLength();
        if (body < 0 || body > view.remaining() - head) {
            throw new CorruptBatch(
                    "an Arrow message promises a body of " + body + " bytes and has " + (view.remaining() - head));
        }
        return new Opened(message, view.slice(head, (int) body).order(ByteOrder.LITTLE_ENDIAN));
    }

    static long pad(long length) {
        return (length + 7) & ~7L;
    }
}
