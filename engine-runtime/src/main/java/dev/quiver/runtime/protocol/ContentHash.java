package dev.quiver.runtime.protocol;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The content hash under which an application jar is shipped and verified.
 *
 * @param hex SHA-256 of the bytes, in hexadecimal
 */
public record ContentHash(String hex) {
    /** The hash of these bytes. */
    public static ContentHash of(byte[] content) {
        try {
            return new ContentHash(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        return hex.length() > 12 ? hex.substring(0, 12) : hex;
    }
}
