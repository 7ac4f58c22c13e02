package dev.quiver.serializer;

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

    /** Reads a whole array. */
    default Object read(byte[] bytes) {
        return read(bytes, 0, bytes.length);
    }
}
