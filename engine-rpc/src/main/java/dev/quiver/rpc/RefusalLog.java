package dev.quiver.rpc;

import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The audit lines of peers that were turned away: at most one a second, the others are counted into the next. */
final class RefusalLog {
    private static final Logger LOG = LoggerFactory.getLogger(Transport.class);
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong lastNanos = new AtomicLong(System.nanoTime() - INTERVAL_NANOS);
    private final AtomicInteger unlogged = new AtomicInteger();

    void refused(InetAddress remote, RpcException cause) {
        long now = System.nanoTime();
        long last = lastNanos.get();
        if (now - last < INTERVAL_NANOS || !lastNanos.compareAndSet(last, now)) {
            unlogged.incrementAndGet();
            return;
        }
        LOG.warn(
                "peer refused: address={} reason={} refusedSinceLastLine={}",
                remote.getHostAddress(),
                PeerText.printable(cause.getMessage(), PeerText.REASON_LENGTH),
                unlogged.getAndSet(0));
    }
}
