package dev.quiver.runtime.protocol;

import dev.quiver.wire.WireInput;
import dev.quiver.wire.WireOutput;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * What an executor hears first: where its driver is, and the proof of who it is itself. On its standard input it comes when
 * the driver has them, so that the executor's process can start before; in a pod a file holds it that only this pod sees.
 *
 * @param driver      where to register
 * @param credentials for {@link dev.quiver.runtime.security.WireCredentials}
 */
public record Greeting(HostPort driver, byte[] credentials) {
    private static final int MOST_BYTES = 1 << 16;

    /** As {@link #readFrom} wants it: its length in four bytes, then that many. */
    public byte[] encode() {
        byte[] bytes = new WireOutput()
                .writeText(driver.toString())
                .writeBytes(credentials)
                .toByteArray();
        return ByteBuffer.allocate(4 + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    /**
     * Waits for it.
     *
     * @throws IOException when the stream ends before, or brings something else
     */
    public static Greeting readFrom(InputStream stream) throws IOException {
        DataInputStream data = new DataInputStream(stream);
        int length = data.readInt();
        if (length <= 0 || length > MOST_BYTES) {
            throw new IOException("the greeting has " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        data.readFully(bytes);
        WireInput in = new WireInput(bytes);
        return new Greeting(HostPort.parse(in.readText()), in.readBytes());
    }

    /** Names the driver, never the proof. */
    @Override
    public String toString() {
        return "Greeting[" + driver + "]";
    }
}
