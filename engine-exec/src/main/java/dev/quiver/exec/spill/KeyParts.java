package dev.quiver.exec.spill;

import dev.quiver.config.Bytes;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.aggregate.Aside;
import dev.quiver.exec.memory.HeldMemory;
import dev.quiver.exec.task.MemoryExceeded;
import dev.quiver.exec.task.OperatorMemory;
import dev.quiver.exec.task.SpillFile;
import dev.quiver.exec.task.TaskServices;
import dev.quiver.serializer.ValueSerializer;

/**
 * Work on pairs that goes by key, in parts that are done one after another. The first part is all there is. When memory
 * is refused in the middle of a part, all of it is put aside, dealt out by key, and each run becomes a part of its own:
 *
 * <pre>
 * part of all pairs        level 0   fits: done
 *   └ part of a run        level 1   does not: put aside, and its runs come next
 *       └ part of a run    level 2
 * </pre>
 *
 * <p>Holds the memory of the part that is being worked on, and what lies on disk. Belongs to one task.
 */
public final class KeyParts implements Aside, AutoCloseable {
    /** Keys that cannot be parted may take so much whatever there is. */
    public static final long UNPARTED_BYTES = 1 << 20;

    private final TaskServices services;
    private final String operator;
    private final Runnable check;
    private final ValueSerializer serializer;
    private final ClassLoader loader;
    private final OperatorMemory held;
    private final HeldMemory memory;
    private final PendingRuns pending = new PendingRuns();
    private int level;
    private boolean canPart = true;
    private SpilledKeys aside;
    private PendingRuns.Run current;

    /**
     * @param services gives memory and a place on disk
     * @param operator as users know it
     * @param check    called before anything is put aside; throws when the task was killed
     */
    public KeyParts(
            TaskServices services, String operator, Runnable check, ValueSerializer serializer, ClassLoader loader) {
        this.services = services;
        this.operator = operator;
        this.check = check;
        this.serializer = serializer;
        this.loader = loader;
        this.held = services.memory(operator);
        this.memory = new HeldMemory(held);
    }

    /** What the part that is being worked on holds. */
    @Override
    public HeldMemory memory() {
        return memory;
    }

    /** Whether something of the part was put aside: then all the rest must be, too. */
    @Override
    public boolean isAside() {
        return aside != null;
    }

    /** Whether putting the part aside would part its keys. */
    @Override
    public boolean canPart() {
        return canPart;
    }

    @Override
    public long bufferBytes() {
        return aside == null ? SpilledKeys.bufferBytes(memory.share()) : 0;
    }

    /** Puts pairs of the part aside. @param batch borrowed */
    @Override
    public void putAside(ColumnBatch batch) throws Exception {
        check.run();
        aside().accept(batch);
    }

    /** Puts a pair of the part aside that is an object. */
    public void putAside(Object pair) throws Exception {
        aside().add(pair);
    }

    /** A file for what is left of the result of a part; transferred to the caller. */
    public SpillFile file() {
        return services.spill(operator);
    }

    private SpilledKeys aside() {
        if (aside == null) {
            if (!canPart) {
                throw new IllegalStateException("what cannot be parted was put aside");
            }
            long buffer = SpilledKeys.bufferBytes(memory.share());
            memory.holdBuffers(buffer);
            aside = new SpilledKeys(services.spill(operator), level, buffer, serializer, loader);
        }
        return aside;
    }

    @Override
    public void holdUnparted(long keys, long bytes) {
        holdUnparted(keys, null, bytes);
    }

    /**
     * Holds so many bytes for keys that cannot be parted.
     *
     * @param first one of them, to name it; or null
     * @throws MemoryExceeded when there is no room for them
     */
    public void holdUnparted(long keys, Object first, long bytes) {
        if (!memory.tryHoldOrFail(bytes)) {
            if (bytes > UNPARTED_BYTES) {
                throw memory.exceeded(unparted(keys, first, Bytes.of(bytes).display()), bytes);
            }
            memory.hold(bytes);
        }
    }

    private static String unparted(long keys, Object first, String size) {
        return keys == 1
                ? (first == null ? "one key" : "key " + HeldMemory.shortened(first)) + " takes about " + size
                        + " with its merged value"
                : keys + " keys whose hashes are all the same cannot be parted, and take " + size
                        + " with their values";
    }

    /**
     * The result of a part, as it lies in memory: it goes to disk when another operator of the task needs the memory.
     *
     * @param result transferred
     */
    public BatchSource result(BatchSource result) {
        SpillableSource spillable = new SpillableSource(result);
        memory.spillWith(() -> {
            long before = memory.bytes();
            memory.spillWith(null);
            if (!spillable.isInMemory()) {
                return 0;
            }
            spillable.moveTo(file());
            memory.hold(0);
            return before - memory.bytes();
        });
        return spillable;
    }

    /**
     * Ends the part and begins the next. Gives back the memory of the one before, which must be done with.
     *
     * @return its pairs, as they were put aside; returned to the caller. Null when all parts are done.
     */
    public BatchSource next() throws Exception {
        memory.spillWith(null);
        if (aside != null) {
            aside.flush();
            pending.add(aside);
            aside = null;
            memory.holdBuffers(0);
        }
        memory.hold(0);
        PendingRuns.Run run = pending.next();
        if (run == null) {
            return null;
        }
        current = run;
        level = run.nextLevel();
        canPart = run.canPart();
        return run.read(0);
    }

    /** The pairs of the part once more, where they lie on disk; else null. Returned: the caller closes it. */
    public BatchSource again() {
        return current == null ? null : current.read(0);
    }

    /** Deletes what was put aside and gives all memory back. Closing twice is harmless. */
    @Override
    public void close() {
        if (aside != null) {
            aside.close();
            aside = null;
        }
        pending.close();
        held.close();
    }
}
