package dev.quiver.block.transfer;

import dev.quiver.rpc.Chunk;
import dev.quiver.rpc.RpcException;
import dev.quiver.rpc.StreamReceiver;
import dev.quiver.rpc.StreamSubscription;
import dev.quiver.time.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A stream as an input: chunks come on the I/O thread and are read on a task's thread. Holds at most the stream's window,
 * because the sender waits until chunks are closed.
 */
final class StreamInput extends InputStream implements StreamReceiver {
    private final String what;
    private final long timeoutNanos;
    private final Clock clock;
    private final Runnable onSilence;
    private final Deque<Chunk> chunks = new ArrayDeque<>();
    private StreamSubscription subscription;
    private RpcException failure;
    private boolean ended;
    private boolean closed;
    private Chunk current;
    private ByteBuffer bytes;

    /** @param onSilence told when nothing came for as long as it may take */
    StreamInput(String what, Duration timeout, Clock clock, Runnable onSilence) {
        this.what = what;
        this.timeoutNanos = timeout.toNanos();
        this.clock = clock;
        this.onSilence = onSilence;
    }

    void subscribed(StreamSubscription opened) {
        this.subscription = opened;
    }

    @Override
    public synchronized void onChunk(Chunk chunk) {
        if (closed) {
            chunk.close();
        } else {
            chunks.add(chunk);
            notifyAll();
        }
    }

    @Override
    public synchronized void onEnd() {
        ended = true;
        notifyAll();
    }

    @Override
    public synchronized void onError(RpcException cause) {
        failure = cause;
        notifyAll();
    }

    @Override
    public int read() throws IOException {
        return fill() ? bytes.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, bytes.remaining());
        bytes.get(into, offset, count);
        return count;
    }

    /** Makes sure there are bytes; false at the end. */
    private boolean fill() throws IOException {
        while (bytes == null || !bytes.hasRemaining()) {
            release();
            current = take();
            if (current == null) {
                return false;
            }
            bytes = current.bytes();
        }
        return true;
    }

    private void release() {
        bytes = null;
        if (current != null) {
            current.close();
            current = null;
        }
    }

    private synchronized Chunk take() throws IOException {
        long started = clock.nanoTime();
        while (chunks.isEmpty()) {
            if (closed || failure != null) {
                throw new IOException("Cannot read " + what + (closed ? ": it was closed" : ""), failure);
            }
            if (ended) {
                return null;
            }
            long left = timeoutNanos - (clock.nanoTime() - started);
            if (left <= 0) {
                onSilence.run();
                throw new IOException("Cannot read " + what + ": no bytes came in "
                        + Duration.ofNanos(timeoutNanos).toSeconds() + " s (quiver.block.fetch.timeout)");
            }
            try {
                wait(left / 1_000_000, (int) (left % 1_000_000));
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("stopped while reading " + what);
            }
        }
        return chunks.poll();
    }

    @Override
    public void close() {
        boolean unfinished;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            unfinished = !ended && failure == null;
            chunks.forEach(Chunk::close);
            chunks.clear();
        }
        release();
        if (unfinished && subscription != null) {
            subscription.cancel("no more of it is needed");
        }
    }
}
