package dev.quiver.block.broadcast;

import dev.quiver.QuiverException;
import dev.quiver.block.BlockManager;
import dev.quiver.block.BlockSettings;
import dev.quiver.block.Pause;
import dev.quiver.block.memory.Reservation;
import dev.quiver.id.BroadcastId;
import dev.quiver.serializer.ValueSerializer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Broadcast values of one executor: each is fetched and deserialized once, by the first task that asks, while the others
 * wait for it. Safe for many threads.
 */
public final class Broadcasts {
    private final BlockManager blocks;
    private final ValueSerializer serializer;
    private final BroadcastGuide guide;
    private final BlockSettings settings;
    private final Pause pause;
    private final boolean ownsChunks;
    private final Map<BroadcastId, Loading> values = new ConcurrentHashMap<>();

    /**
     * @param guide      the driver
     * @param pause      how a thread waits before it asks again
     * @param ownsChunks whether chunks are removed with values; in one process they are the driver's
     */
    public Broadcasts(
            BlockManager blocks,
            ValueSerializer serializer,
            BroadcastGuide guide,
            BlockSettings settings,
            Pause pause,
            boolean ownsChunks) {
        this.blocks = blocks;
        this.serializer = serializer;
        this.guide = guide;
        this.settings = settings;
        this.pause = pause;
        this.ownsChunks = ownsChunks;
    }

    /**
     * The value; the same object for every task.
     *
     * @throws dev.quiver.UsageException if it was destroyed, saying where
     * @throws QuiverException if it cannot be fetched or read; the next task tries again
     */
    public Object value(BroadcastId broadcast) throws InterruptedException {
        while (true) {
            Loading mine = new Loading(broadcast);
            Loading first = values.putIfAbsent(broadcast, mine);
            if (first == null) {
                first = mine;
                mine.task.run();
            }
            try {
                return first.task.get();
            } catch (ExecutionException failed) {
                values.remove(broadcast, first);
                Throwable cause = failed.getCause();
                boolean stopped = cause instanceof InterruptedException || cause instanceof InterruptedIOException;
                if (stopped && first == mine) {
                    throw new InterruptedException("stopped while fetching broadcast " + broadcast);
                }
                if (!stopped) {
                    throw cause instanceof QuiverException known
                            ? known
                            : new QuiverException("Cannot read broadcast " + broadcast + ": " + cause, cause);
                }
                // The task that was loading it was stopped: that concerns no other.
            }
        }
    }

    /** Drops the value and its chunks here. A task that asks later asks the driver. */
    public void remove(BroadcastId broadcast) {
        Loading loading = values.remove(broadcast);
        if (loading != null) {
            loading.drop();
        }
        removeChunks(broadcast);
    }

    private void removeChunks(BroadcastId broadcast) {
        if (ownsChunks) {
            blocks.removeBroadcast(broadcast);
        }
    }

    /** A value that is loaded, or being loaded by the thread that runs its task. */
    private final class Loading {
        final FutureTask<Object> task = new FutureTask<>(this::load);
        private final BroadcastId broadcast;
        private Reservation held;
        private Runnable unlist = () -> {};
        private boolean dropped;

        /** Seen by the loading thread only. */
        private boolean loaded;

        Loading(BroadcastId broadcast) {
            this.broadcast = broadcast;
        }

        private Object load() throws IOException, InterruptedException {
            try {
                BroadcastManifest manifest = guide.manifest(broadcast);
                hold(manifest.plainBytes());
                ChunkCollection chunks = new ChunkCollection(broadcast, manifest, blocks, guide, settings, pause);
                chunks.complete();
                Object value = serializer.read(new ChunkInput(manifest.chunks().size(), chunks::plain));
                list(ObjectSample.bytesOf(value) - manifest.plainBytes());
                loaded = true;
                return value;
            } finally {
                if (!loaded) {
                    release();
                }
                removeChunksIfDropped();
            }
        }

        /**
         * Counts the value's memory, about as many bytes as it has serialized, unless it was dropped meanwhile. Before its
         * chunks come: where there is not room for both, the chunks go to disk, since the value cannot.
         */
        private synchronized void hold(long bytes) {
            if (!dropped) {
                held = blocks.hold("broadcast value " + broadcast, bytes);
            }
        }

        /**
         * Has the ledger show what its objects take beyond that. Objects of users have their own part of the heap, so they
         * are not counted.
         */
        private synchronized void list(long objects) {
            if (!dropped && objects > 0) {
                unlist = blocks.showObjects(
                        "broadcast value " + broadcast + " as objects, beyond its serialized size", objects);
            }
        }

        private synchronized void release() {
            unlist.run();
            if (held != null) {
                held.close();
                held = null;
            }
        }

        /** What was fetched after they were removed. */
        private synchronized void removeChunksIfDropped() {
            if (dropped) {
                removeChunks(broadcast);
            }
        }

        synchronized void drop() {
            dropped = true;
            release();
        }
    }
}
