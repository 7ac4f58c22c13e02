package dev.quiver.k8s.submit;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Writes what comes on its standard input to a file, which has its name only when it is whole. Started in a pod through the
 * API server, whose connection cannot say that the input ends: so the size is told.
 *
 * <p>Arguments: path, size in bytes, SHA-256 in hexadecimal digits.
 */
public final class ReceiveFile {
    /** What it prints when the file is there. */
    static final String DONE = "received";

    private ReceiveFile() {}

    public static void main(String[] arguments) throws IOException, NoSuchAlgorithmException {
        Path target = Path.of(arguments[0]);
        Files.createDirectories(target.getParent());
        Path part = target.resolveSibling(target.getFileName() + ".part");
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (OutputStream file = new DigestOutputStream(Files.newOutputStream(part), digest)) {
            copy(System.in, file, Long.parseLong(arguments[1]));
        }
        if (!HexFormat.of().formatHex(digest.digest()).equals(arguments[2])) {
            throw new IOException("the file came with other bytes than were sent");
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        System.out.println(DONE);
    }

    private static void copy(InputStream from, OutputStream to, long size) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long left = size;
        while (left > 0) {
            int read = from.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new EOFException(left + " bytes are missing");
            }
            to.write(buffer, 0, read);
            left -= read;
        }
    }
}
