package dev.quiver.serializer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Turns any value into bytes and back: results, accumulator deltas, broadcast values and opaque columns. Safe for use by
 * many threads.
 */
public interface ValueSerializer {
    /**
     * @param value may be null
     * @throws NotSerializable naming the class, and the path of fields to it, that cannot be written
     */
    byte[] write(Object value);

    /**
     * Reads what {@link #write} wrote, resolving classes with the application's class loader.
     *
     * @throws NotSerializable when the bytes are not a value, or a class is missing here
     */
    Object read(byte[] bytes, int offset, int length);

    /**
     * Writes a value to a stream, as its bytes come: a large one is never there twice.
     *
     * @param to borrowed
     * @throws NotSerializable as {@link #write(Object)} does; some bytes may have been written by then
     */
    default void write(Object value, OutputStream to) throws IOException {
        to.write(write(value));
    }

    /**
     * Reads what {@link #write(Object, OutputStream)} wrote, to its end.
     *
     * @param from borrowed
     */
    default Object read(InputStream from) throws IOException {
        return read(from.readAllBytes());
    }

    /** Reads a whole array. */
    default Object read(byte[] bytes) {
        return read(bytes, 0, bytes.length);
    }
}
