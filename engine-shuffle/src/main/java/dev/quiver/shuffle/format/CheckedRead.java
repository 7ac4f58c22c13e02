package dev.quiver.shuffle.format;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.zip.CRC32C;

/** Reads messages back from files, and proves that they are what was written before anything of them is used. */
public final class CheckedRead {
    private static final int TRIES = 2;

    private CheckedRead() {}

    /** Where a message is read from. */
    public interface Source {
        /**
         * Reads the message.
         *
         * @param into filled from its position to its limit; both stay where they are
         * @throws EOFException if the file ends before the message does
         */
        void read(ByteBuffer into) throws IOException;
    }

    /** The CRC-32C of a message. */
    public static int crc(byte[] message) {
        return crc(ByteBuffer.wrap(message));
    }

    /** @param message from position to limit; borrowed, and not moved */
    public static int crc(ByteBuffer message) {
        CRC32C crc = new CRC32C();
        crc.update(message.duplicate());
        return (int) crc.getValue();
    }

    /**
     * Reads a message; a second time when that fails, in case memory and not the disk was at fault.
     *
     * @param into filled from its position to its limit; both stay where they are
     * @param crc  what the message must have
     * @throws NotAsWritten if the file is shorter than it was or its bytes have changed
     * @throws IOException  if it cannot be read
     */
    public static void read(Source source, ByteBuffer into, int crc) throws IOException {
        IOException wrong = null;
        for (int attempt = 0; attempt < TRIES; attempt++) {
            try {
                source.read(into);
                int found = crc(into);
                if (found == crc) {
                    return;
                }
                wrong = new NotAsWritten("has checksum %08x where %08x was written".formatted(found, crc), null);
            } catch (ClosedByInterruptException stopped) {
                throw stopped;
            } catch (EOFException truncated) {
                wrong = new NotAsWritten("is cut short", truncated);
            } catch (IOException unreadable) {
                wrong = unreadable;
            }
        }
        throw wrong;
    }
}
