package dev.quiver.exec.arrow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Room for one message after another. An array that is used again need not be cleared, as a new one must, and is in the
 * cache; one for a message that is larger than usual is let go of. Belongs to one thread.
 */
public final class MessageBuffer {
    private static final int MOST_KEPT_BYTES = 4 << 20;

    private byte[] bytes = {};
    private int length;

    /** What holds the message, from its first byte on; lent until the next message. */
    public byte[] bytes() {
        return bytes;
    }

    /** Length of the message. */
    public int length() {
        return length;
    }

    /** The message in an array of its own; the buffer is as new then. */
    public byte[] take() {
        byte[] taken = bytes.length == length ? bytes : Arrays.copyOf(bytes, length);
        bytes = new byte[0];
        length = 0;
        return taken;
    }

    /** Room for a message, with anything in it. */
    ByteBuffer room(int needed) {
        if (bytes.length < needed || bytes.length > MOST_KEPT_BYTES) {
            bytes = new byte[needed];
        }
        length = needed;
        return ByteBuffer.wrap(bytes, 0, needed).order(ByteOrder.LITTLE_ENDIAN);
    }
}
