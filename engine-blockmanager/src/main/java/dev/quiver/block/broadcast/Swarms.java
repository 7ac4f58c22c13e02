package dev.quiver.block.broadcast;

import dev.quiver.id.BroadcastId;
import dev.quiver.id.ExecutorId;
import dev.quiver.time.Clock;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntUnaryOperator;

/** The driver's knowledge of its broadcast values. Never blocks. Safe for many threads. */
public final class Swarms {
    /** After this, a chunk that the driver lent and nobody has told of is lent again: seconds for a chunk is slow. */
    private static final long LEASE_NANOS = 5_000_000_000L;

    /** Destroyed values whose call sites are remembered, the newest ones. */
    private static final int REMEMBERED = 10_000;

    private final ExecutorId driver;
    private final Clock clock;
    private final IntUnaryOperator random;
    private final Map<BroadcastId, Offered> offered = new ConcurrentHashMap<>();
    private final Map<BroadcastId, String> gone = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<BroadcastId, String> eldest) {
            return size() > REMEMBERED;
        }
    };

    private record Offered(BroadcastManifest manifest, Swarm swarm, String createdAt) {}

    /**
     * @param driver how the driver is called among holders of blocks
     * @param random a number below its argument; safe for many threads
     */
    public Swarms(ExecutorId driver, Clock clock, IntUnaryOperator random) {
        this.driver = driver;
        this.clock = clock;
        this.random = random;
    }

    /** A value whose chunks the driver holds. @param createdAt the user's line */
    public void offer(BroadcastId broadcast, BroadcastManifest manifest, String createdAt) {
        Swarm swarm = new Swarm(manifest.chunks().size(), driver, random, LEASE_NANOS);
        offered.put(broadcast, new Offered(manifest, swarm, createdAt));
    }

    /** The manifest; empty when the value is gone. */
    public Optional<BroadcastManifest> manifest(BroadcastId broadcast) {
        return Optional.ofNullable(offered.get(broadcast)).map(Offered::manifest);
    }

    /** As {@link BroadcastGuide#next}, for this executor. */
    public ChunkAdvice next(
            ExecutorId asker, BroadcastId broadcast, BitSet held, Optional<BroadcastGuide.Missed> missed) {
        Offered value = offered.get(broadcast);
        if (value == null) {
            return new ChunkAdvice.Gone(whyGone(broadcast));
        }
        return value.swarm.next(asker, held, missed.orElse(null), clock.nanoTime());
    }

    /** Why there is no such value, for whoever wants it. */
    public String whyGone(BroadcastId broadcast) {
        synchronized (gone) {
            return gone.getOrDefault(broadcast, "broadcast " + broadcast + " was destroyed long ago");
        }
    }

    /** Executors are told to drop the value; the driver keeps it. */
    public void unpersist(BroadcastId broadcast) {
        Offered value = offered.get(broadcast);
        if (value != null) {
            value.swarm.forgetAll();
        }
    }

    /** The value is dropped everywhere. @param how {@code was destroyed at Job.main(Job.java:7)} */
    public void remove(BroadcastId broadcast, String how) {
        Offered value = offered.remove(broadcast);
        if (value != null) {
            synchronized (gone) {
                gone.put(broadcast, "broadcast " + broadcast + ", created at " + value.createdAt + ", " + how);
            }
        }
    }

    /** An executor is gone. */
    public void forget(ExecutorId executor) {
        offered.values().forEach(value -> value.swarm.forget(executor));
    }
}
