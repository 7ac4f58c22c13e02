package dev.quiver;

import dev.quiver.engine.Engine;
import dev.quiver.id.BroadcastId;
import java.io.Serializable;

/**
 * A read-only value that each executor fetches once, however many tasks use it. The driver keeps it until
 * {@link #destroy()} or the end of the session.
 *
 * @param <T> type of the value; must be serializable by the engine
 */
public final class Broadcast<T> implements Serializable {
    private static final long serialVersionUID = 1;

    private final BroadcastId id;
    private transient T value;
    private transient Engine engine;
    private transient String destroyedAt;

    /** For the engine: users ask their session for one. */
    public Broadcast(BroadcastId id, T value, Engine engine) {
        this.id = id;
        this.value = value;
        this.engine = engine;
    }

    public BroadcastId id() {
        return id;
    }

    /**
     * The value; the same object for all tasks of an executor, so it must not be changed.
     *
     * @throws QuiverException after {@link #destroy()}, naming where that was
     */
    @SuppressWarnings("unchecked")
    public T value() {
        if (engine != null) {
            synchronized (this) {
                if (destroyedAt != null) {
                    throw new QuiverException("broadcast " + id + " was destroyed at " + destroyedAt);
                }
                return value;
            }
        }
        TaskContext task = TaskContext.current();
        if (task == null) {
            throw new QuiverException("broadcast " + id + " was read by a thread that runs no task");
        }
        return (T) task.broadcastValue(id);
    }

    /** Frees the value everywhere. Later uses fail. On an executor this does nothing. */
    public synchronized void destroy() {
        if (engine != null && destroyedAt == null) {
            destroyedAt = dev.quiver.lineage.CallSite.of("destroy").location();
            value = null;
            engine.destroyBroadcast(id);
        }
    }
}
