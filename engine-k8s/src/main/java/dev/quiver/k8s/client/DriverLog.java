package dev.quiver.k8s.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * Puts together what a driver prints from the connections that bring it. Each line comes with the time before it, by which
 * those that came already are told; a line of which only a part came, comes again. Safe for use by many threads.
 */
final class DriverLog extends OutputStream {
    private final OutputStream out;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private Instant last = Instant.EPOCH;

    /** The last line that another connection brought. */
    private Instant known = Instant.EPOCH;

    /** @param out gets the lines without their times; borrowed */
    DriverLog(OutputStream out) {
        this.out = out;
    }

    /** A connection begins. Returns the time from which it has to bring lines. */
    synchronized Instant begin() {
        line.reset();
        known = last;
        return last;
    }

    @Override
    public synchronized void write(int value) throws IOException {
        line.write(value);
        if (value == '\n') {
            show();
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        for (int index = offset; index < offset + length; index++) {
            write(bytes[index]);
        }
    }

    /** No connection brings more: shows the last line even if it does not end. */
    synchronized void end() {
        try {
            show();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void show() throws IOException {
        byte[] bytes = line.toByteArray();
        line.reset();
        int start = 0;
        while (start < bytes.length && bytes[start] != ' ') {
            start++;
        }
        try {
            Instant at = Instant.parse(new String(bytes, 0, start, StandardCharsets.US_ASCII));
            if (!at.isAfter(known)) {
                return;
            }
            last = at;
            start = Math.min(bytes.length, start + 1);
        } catch (DateTimeException noTime) {
            // Not from the driver, but what the cluster has to say about its log.
            start = 0;
        }
        out.write(bytes, start, bytes.length - start);
        out.flush();
    }
}
