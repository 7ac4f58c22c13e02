package dev.quiver.runtime.driver;

import dev.quiver.QuiverException;
import dev.quiver.UsageException;
import dev.quiver.block.broadcast.BroadcastManifest;
import dev.quiver.block.broadcast.BroadcastStore;
import dev.quiver.block.broadcast.ChunkCodec;
import dev.quiver.block.broadcast.Swarms;
import dev.quiver.id.BroadcastId;
import dev.quiver.lineage.CallSite;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** The broadcast values of a session, on its driver. Safe for use by many threads. */
final class DriverBroadcasts {
    private final BroadcastStore store;
    private final Swarms swarms;
    private final ChunkCodec codec;
    private final AtomicLong next = new AtomicLong();

    DriverBroadcasts(BroadcastStore store, Swarms swarms, ChunkCodec codec) {
        this.store = store;
        this.swarms = swarms;
        this.codec = codec;
    }

    BroadcastId offer(Object value, CallSite created) {
        BroadcastId id = new BroadcastId(next.getAndIncrement());
        try {
            swarms.offer(id, store.write(id, value, codec), created.location());
        } catch (IOException noRoom) {
            throw new QuiverException(created + ": the value cannot be kept: " + noRoom.getMessage(), noRoom);
        }
        return id;
    }

    Object read(BroadcastId id) {
        BroadcastManifest manifest = swarms.manifest(id).orElseThrow(() -> new UsageException(swarms.whyGone(id)));
        try {
            return store.read(id, manifest);
        } catch (IOException damaged) {
            throw new QuiverException(
                    "broadcast " + id + " cannot be read on the driver: " + damaged.getMessage(), damaged);
        }
    }

    /** The driver's chunks stay; executors have to be told to drop theirs. */
    void unpersist(BroadcastId id) {
        swarms.unpersist(id);
    }

    /**
     * Drops the driver's chunks; executors have to be told to drop theirs.
     *
     * @param how {@code was destroyed at Job.main(Job.java:7)}
     * @return false when that was done before
     */
    boolean remove(BroadcastId id, String how) {
        boolean known = swarms.manifest(id).isPresent();
        swarms.remove(id, how);
        store.remove(id);
        return known;
    }
}
