package dev.quiver.exec.arrow;

/** Compresses and restores the buffers of one message, one after another. Belongs to one thread, closed by its opener. */
interface BufferCodec extends AutoCloseable {
    /** The most bytes that {@link #compress} may write for a buffer of this length. */
    long room(int length);

    /**
     * Compresses a range of an array into one frame.
     *
     * @param into has {@link #room} from {@code at} on
     * @return length of the frame
     */
    int compress(byte[] from, int offset, int length, byte[] into, int at);

    /**
     * Restores one frame, which may be damaged or hostile.
     *
     * @param into filled from its start
     * @param size bytes the frame must hold
     * @throws CorruptBatch if it is no frame, holds more or fewer bytes, or other bytes follow it; {@code into} may then
     *     hold anything
     */
    void restore(byte[] from, int offset, int length, byte[] into, int size) throws CorruptBatch;

    @Override
    void close();
}
