package dev.quiver.exec.arrow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * Takes the buffers out of the body of a record batch, one after another, and restores those that are compressed. Nothing
 * is allocated before it is known that the bytes are there, or, for compressed ones, that they are exactly what the batch
 * needs and within {@link BodyLayout#mayHold}.
 */
final class BufferReader implements AutoCloseable {
    private final RecordBatch header;
    private final ByteBuffer body;
    private final BufferCodec codec;
    private final Buffer buffer = new Buffer();
    private byte[] scratch = {};
    private int next;
    private long bytesLeft;
    private long restorableLeft;

    private BufferReader(RecordBatch header, ByteBuffer body, BufferCodec codec) {
        this.header = header;
        this.body = body;
        this.codec = codec;
        this.bytesLeft = body.remaining();
        this.restorableLeft = BodyLayout.mayHold(body.remaining());
    }

    /**
     * A reader of a body, on or off the heap.
     *
     * @return returned: the caller closes it
     * @throws CodecUnavailable if the library for it does not load in this process
     */
    static BufferReader open(RecordBatch header, ByteBuffer body) throws CorruptBatch {
        if (header.compression() == null) {
            return new BufferReader(header, body, null);
        }
        if (header.compression().method() != BodyCompressionMethod.BUFFER) {
            throw new CorruptBatch("a record batch is compressed in an unknown way");
        }
        BodyCodec codec = BodyCodec.ofArrowType(header.compression().codec());
        ByteBuffer onHeap = body.hasArray()
                ? body
                : ByteBuffer.allocate(body.remaining()).put(body.slice()).flip().order(ByteOrder.LITTLE_ENDIAN);
        return new BufferReader(header, onHeap, codec.open());
    }

    /**
     * The next buffer.
     *
     * @param column for messages
     * @return at least the bytes needed, little-endian; good until the next call
     */
    ByteBuffer next(String column, long needed) throws CorruptBatch {
        ByteBuffer found = stored(column, needed);
        if (codec == null || isAsIs(column, found, needed)) {
            return found;
        }
        if (needed == 0) {
            return found.limit(found.position());
        }
        int size = restorable(column, found, needed);
        if (scratch.length < size) {
            scratch = new byte[size];
        }
        restore(found, scratch, size);
        return ByteBuffer.wrap(scratch, 0, size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The first bytes of the next buffer, in an array of their own. */
    byte[] nextBytes(String column, int needed) throws CorruptBatch {
        ByteBuffer found = stored(column, needed);
        if (codec == null || isAsIs(column, found, needed) || needed == 0) {
            byte[] bytes = new byte[needed];
            found.get(bytes);
            return bytes;
        }
        byte[] bytes = new byte[restorable(column, found, needed)];
        restore(found, bytes, bytes.length);
        return bytes;
    }

    /** The next buffer as it lies in the body, checked to lie inside it and, unless compressed, to hold what is needed. */
    private ByteBuffer stored(String column, long needed) throws CorruptBatch {
        header.buffers(buffer, next++);
        long offset = buffer.offset();
        long length = buffer.length();
        if (offset < 0
                || length < (codec == null ? needed : 0)
                || offset > body.remaining()
                || length > body.remaining() - offset) {
            throw new CorruptBatch("a buffer of column '" + column + "' at " + offset + " of length " + length
                    + " must hold " + needed + " bytes inside a body of " + body.remaining());
        }
        bytesLeft -= length;
        if (bytesLeft < 0) {
            throw new CorruptBatch("the buffers of a record batch add up to more than its body");
        }
        return body.slice((int) offset, (int) length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Whether a buffer of a compressed body is not compressed itself; it is then moved to its first byte. */
    private static boolean isAsIs(String column, ByteBuffer found, long needed) throws CorruptBatch {
        if (needed == 0 && found.remaining() == 0) {
            return true;
        }
        if (found.remaining() < CompressedBody.PREFIX) {
            throw new CorruptBatch("a compressed buffer of column '" + column + "' of " + found.remaining()
                    + " bytes has no length in front");
        }
        if (found.getLong(0) != CompressedBody.AS_IS) {
            return false;
        }
        found.position(CompressedBody.PREFIX);
        if (found.remaining() < needed) {
            throw new CorruptBatch("a buffer of column '" + column + "' holds " + found.remaining()
                    + " bytes where it must hold " + needed);
        }
        return true;
    }

    /** The length that a compressed buffer announces, once it may be believed. */
    private int restorable(String column, ByteBuffer found, long needed) throws CorruptBatch {
        long announced = found.getLong(0);
        if (announced != needed) {
            throw new CorruptBatch("a compressed buffer of column '" + column + "' announces " + announced
                    + " bytes where the column needs " + needed);
        }
        restorableLeft -= announced;
        if (restorableLeft < 0) {
            throw new CorruptBatch("the compressed buffers of a body of " + body.remaining() + " bytes announce more"
                    + " than any batch of the engine holds");
        }
        return (int) announced;
    }

    private void restore(ByteBuffer found, byte[] into, int size) throws CorruptBatch {
        codec.restore(
                found.array(),
                found.arrayOffset() + CompressedBody.PREFIX,
                found.remaining() - CompressedBody.PREFIX,
                into,
                size);
    }

    @Override
    public void close() {
        if (codec != null) {
            codec.close();
        }
    }
}
