package dev.quiver;

import dev.quiver.engine.Engine;
import dev.quiver.id.BroadcastId;
import dev.quiver.lineage.CallSite;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.ref.SoftReference;

/**
 * A read-only value that each executor fetches once, however many tasks use it. It is kept until {@link #destroy()}, until
 * the end of the session, or until the driver can reach this handle no more, neither itself nor through a dataset whose
 * functions use it.
 *
 * @param <T> type of the value; must be serializable by the engine
 */
public final class Broadcast<T> implements Serializable {
    private static final long serialVersionUID = 2;

    private final BroadcastId id;
    private final String createdAt;

    /** The driver's own object, as long as there is memory for it: its serialized form is kept as well. */
    private transient SoftReference<T> value;

    private transient Engine engine;
    private transient String destroyedAt;

    /**
     * For the engine: users ask their session for one.
     *
     * @param createdAt the user's line
     */
    public Broadcast(BroadcastId id, T value, Engine engine, String createdAt) {
        this.id = id;
        this.value = new SoftReference<>(value);
        this.engine = engine;
        this.createdAt = createdAt;
    }

    public BroadcastId id() {
        return id;
    }

    /**
     * The value; the same object for all tasks of an executor, so it must not be changed.
     *
     * @throws QuiverException after {@link #destroy()}, naming where that was and where the broadcast was created
     */
    @SuppressWarnings("unchecked")
    public T value() {
        if (engine != null) {
            return valueOnDriver();
        }
        TaskContext task = TaskContext.current();
        if (task == null) {
            throw new QuiverException(this + " was read by a thread that runs no task");
        }
        return (T) task.broadcastValue(id);
    }

    @SuppressWarnings("unchecked")
    private synchronized T valueOnDriver() {
        requireAlive();
        T known = value.get();
        // A null that was broadcast is read anew each time: it costs next to nothing.
        if (known == null) {
            known = (T) engine.readBroadcast(id);
            value = new SoftReference<>(known);
        }
        return known;
    }

    /**
     * Frees the copies of the executors; a task that needs the value later fetches it again. On an executor this does
     * nothing.
     *
     * @throws QuiverException after {@link #destroy()}
     */
    public synchronized void unpersist() {
        if (engine != null) {
            requireAlive();
            engine.unpersistBroadcast(id);
        }
    }

    /** Frees the value everywhere. Later uses fail. On an executor this does nothing. */
    public synchronized void destroy() {
        if (engine != null && destroyedAt == null) {
            CallSite site = CallSite.of("destroy");
            destroyedAt = site.location();
            value.clear();
            engine.destroyBroadcast(id, site);
        }
    }

    private void requireAlive() {
        if (destroyedAt != null) {
            throw new UsageException(this + " was destroyed at " + destroyedAt);
        }
    }

    /** A function that uses a destroyed broadcast is refused before it travels. */
    private synchronized void writeObject(ObjectOutputStream out) throws IOException {
        requireAlive();
        out.defaultWriteObject();
    }

    @Override
    public String toString() {
        return "broadcast " + id + ", created at " + createdAt + ",";
    }
}
