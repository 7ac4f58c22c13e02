package dev.quiver.block;

import dev.quiver.QuiverException;
import dev.quiver.id.BlockId;
import dev.quiver.id.BroadcastId;
import dev.quiver.serializer.ValueSerializer;
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
    private final Map<BroadcastId, FutureTask<Object>> values = new ConcurrentHashMap<>();

    public Broadcasts(BlockManager blocks, ValueSerializer serializer) {
        this.blocks = blocks;
        this.serializer = serializer;
    }

    /**
     * The value; the same object for every task.
     *
     * @throws QuiverException if it cannot be fetched or read; the next task tries again
     */
    public Object value(BroadcastId broadcast) throws InterruptedException {
        FutureTask<Object> loading = new FutureTask<>(() -> load(broadcast));
        FutureTask<Object> first = values.putIfAbsent(broadcast, loading);
        if (first == null) {
            first = loading;
            loading.run();
        }
        try {
            return first.get();
        } catch (ExecutionException failed) {
            values.remove(broadcast, first);
            Throwable cause = failed.getCause();
            throw cause instanceof QuiverException known
                    ? known
                    : new QuiverException("Cannot read broadcast " + broadcast + ": " + cause, cause);
        }
    }

    private Object load(BroadcastId broadcast) throws Exception {
        byte[] bytes = blocks.readBlob(new BlockId.BroadcastValue(broadcast))
                .orElseThrow(() -> new QuiverException("Broadcast " + broadcast
                        + " cannot be fetched from the driver: it was destroyed, or the driver does not answer. The task"
                        + " fails and is tried again; see the log of this executor for the reason."));
        return serializer.read(bytes);
    }

    /** Drops the value. A task that asks later asks the driver, which no longer has it. */
    public void destroy(BroadcastId broadcast) {
        values.remove(broadcast);
        blocks.remove(new BlockId.BroadcastValue(broadcast));
    }
}
