package dev.quiver.rpc.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Writes the few ASN.1 types an X.509 certificate is made of, in the distinguished encoding: tag, length, content. Every
 * method returns one complete element. Nothing is ever read here; the JDK parses what this writes.
 */
final class Der {
    /** X.509 writes years up to 2049 with two digits, later ones with four. */
    private static final int FIRST_FOUR_DIGIT_YEAR = 2050;

    private static final DateTimeFormatter UTC_TIME = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT);
    private static final DateTimeFormatter GENERALIZED_TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT);

    private Der() {}

    static byte[] element(int tag, byte[]... contents) {
        int length = 0;
        for (byte[] content : contents) {
            length += content.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            byte[] digits = BigInteger.valueOf(length).toByteArray();
            int start = digits[0] == 0 ? 1 : 0;
            out.write(0x80 | digits.length - start);
            out.write(digits, start, digits.length - start);
        }
        for (byte[] content : contents) {
            out.writeBytes(content);
        }
        return out.toByteArray();
    }

    static byte[] sequence(byte[]... elements) {
        return element(0x30, elements);
    }

    static byte[] set(byte[]... elements) {
        return element(0x31, elements);
    }

    static byte[] integer(BigInteger value) {
        return element(0x02, value.toByteArray());
    }

    static byte[] trueValue() {
        return element(0x01, new byte[] {(byte) 0xFF});
    }

    static byte[] octetString(byte[] content) {
        return element(0x04, content);
    }

    /** Bits in transmission order; the last {@code unusedBits} of the last byte do not count. */
    static byte[] bitString(int unusedBits, byte[] content) {
        return element(0x03, new byte[] {(byte) unusedBits}, content);
    }

    static byte[] utf8String(String text) {
        return element(0x0C, text.getBytes(StandardCharsets.UTF_8));
    }

    /** {@code [number] EXPLICIT}: the wrapped element keeps its own tag. */
    static byte[] explicit(int number, byte[] element) {
        return element(0xA0 | number, element);
    }

    /** {@code [number] IMPLICIT} of a primitive type: the tag is replaced. */
    static byte[] implicit(int number, byte[] content) {
        return element(0x80 | number, content);
    }

    static byte[] time(Instant instant) {
        ZonedDateTime time = instant.atZone(ZoneOffset.UTC);
        boolean fourDigits = time.getYear() >= FIRST_FOUR_DIGIT_YEAR;
        String text = (fourDigits ? GENERALIZED_TIME : UTC_TIME).format(time);
        return element(fourDigits ? 0x18 : 0x17, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The first two arcs share one byte; the others are written in base 128, high bit on all but the last digit. */
    static byte[] objectIdentifier(int... arcs) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.write(arcs[0] * 40 + arcs[1]);
        for (int i = 2; i < arcs.length; i++) {
            for (int shift = 28; shift >= 0; shift -= 7) {
                int digit = arcs[i] >>> shift & 0x7F;
                if (shift == 0 || arcs[i] >>> shift != 0) {
                    content.write(shift == 0 ? digit : digit | 0x80);
                }
            }
        }
        return element(0x06, content.toByteArray());
    }
}
