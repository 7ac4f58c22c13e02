package dev.quiver.block.memory;

import dev.quiver.block.memory.MemoryReport.Holding;
import dev.quiver.block.memory.MemoryReport.Use;
import dev.quiver.block.memory.Shares.Verdict;
import dev.quiver.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * How much memory execution and storage may hold together. Storage may use whatever execution does not; execution takes
 * it back down to a floor by having cached blocks evicted; storage never takes from execution. Running tasks share what
 * execution has as {@link Shares} says. Every byte is held under a name, so that running out can say who holds what.
 * Counts bytes, allocates none. Safe for many threads.
 *
 * <p>This is the budget of the heap. Beside it stands {@link #offHeap()}, a pool of the same rules for memory outside of it.
 */
public final class MemoryBudget {
    /** Frees memory of storage. Called without any lock of the budget held. */
    public interface Evictor {
        /**
         * Evicts blocks that nobody reads.
         *
         * @return bytes given back by the time it returns; 0 when nothing can be evicted
         */
        long evict(long bytes);
    }

    /** A task waits so long for others at most: they may wait for it, in a way that nobody here can see. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Patience without end, for tests: a wait that nobody ends is then a hang. */
    public static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final MemoryMode mode;
    private final long total;
    private final long besideBytes;
    private final MemoryBudget offHeap;
    private final Shares shares;
    private final Clock clock;
    private final long patienceNanos;
    private final Set<Held> reservations = new LinkedHashSet<>();
    private final Map<String, Shown> beside = new ConcurrentHashMap<>();
    private volatile Evictor evictor = bytes -> 0;
    private volatile int waiting; // written with the lock held

    /** Memory that the ledger shows and no budget counts. */
    private record Shown(Use use, LongSupplier bytes) {}

    /**
     * @param totalBytes      for execution and storage together
     * @param storageFraction part of it below which execution does not evict, from 0 to 1
     */
    public MemoryBudget(long totalBytes, double storageFraction) {
        this(totalBytes, storageFraction, 0);
    }

    /** @param besideBytes of the heap that are left to the objects of user code */
    public MemoryBudget(long totalBytes, double storageFraction, long besideBytes) {
        this(totalBytes, storageFraction, besideBytes, 0);
    }

    /**
     * @param besideBytes  of the heap that are left to the objects of user code
     * @param offHeapBytes of the pool outside the heap; 0 when there is none
     */
    public MemoryBudget(long totalBytes, double storageFraction, long besideBytes, long offHeapBytes) {
        this(totalBytes, storageFraction, besideBytes, offHeapBytes, PATIENCE, Clock.system());
    }

    /** @param patience longest wait of a task for what it is guaranteed */
    public MemoryBudget(long totalBytes, double storageFraction, Duration patience, Clock clock) {
        this(totalBytes, storageFraction, 0, 0, patience, clock);
    }

    private MemoryBudget(
            long totalBytes,
            double storageFraction,
            long besideBytes,
            long offHeapBytes,
            Duration patience,
            Clock clock) {
        this(
                MemoryMode.HEAP,
                totalBytes,
                storageFraction,
                besideBytes,
                new MemoryBudget(MemoryMode.OFF_HEAP, offHeapBytes, storageFraction, 0, null, patience, clock),
                patience,
                clock);
    }

    private MemoryBudget(
            MemoryMode mode,
            long totalBytes,
            double storageFraction,
            long besideBytes,
            MemoryBudget offHeap,
            Duration patience,
            Clock clock) {
        this.mode = mode;
        this.total = totalBytes;
        this.besideBytes = besideBytes;
        this.offHeap = offHeap == null ? this : offHeap;
        this.shares = new Shares(totalBytes, storageFraction);
        this.patienceNanos = TimeUnit.NANOSECONDS.convert(patience);
        this.clock = clock;
    }

    /** Which memory this is the budget of. */
    public MemoryMode mode() {
        return mode;
    }

    /** The pool outside the heap: of 0 bytes where there is none, and then it refuses everything. */
    public MemoryBudget offHeap() {
        return offHeap;
    }

    /** The budget of memory of one kind. */
    public MemoryBudget of(MemoryMode kind) {
        return kind == MemoryMode.HEAP ? this : offHeap;
    }

    /**
     * Has the ledger show memory that no budget is asked for, because it is there whether there is room or not.
     *
     * @param use   {@code OBJECTS} or {@code BUFFERS}
     * @param bytes in use now; asked from any thread
     * @return takes it out of the ledger again
     */
    public Runnable show(Use use, String holder, LongSupplier bytes) {
        Shown shown = new Shown(use, bytes);
        beside.put(holder, shown);
        return () -> beside.remove(holder, shown);
    }

    /** Names who frees storage when execution needs it. */
    public void evictWith(Evictor storageEvictor) {
        this.evictor = storageEvictor;
    }

    /** An empty reservation of the executor itself, for work that is no single task's. @param holder for messages */
    public Reservation execution(String holder) {
        return open(new Held(this, shares, Use.EXECUTION, null, holder, null));
    }

    /** An empty reservation for stored data. @param holder what is stored, for messages */
    public Reservation storage(String holder) {
        return storage(holder, null);
    }

    /** The same, which may take the place of what is stored already. @param own frees storage for it; null for nobody */
    public Reservation storage(String holder, Evictor own) {
        return open(new Held(this, shares, Use.STORAGE, null, holder, own));
    }

    /**
     * What a task that begins holds: nothing yet.
     *
     * @param task      for messages, such as {@code stage 3, partition 5}
     * @param cancelled whether it was told to stop: then it is refused instead of waiting, once {@link #wake} was called
     */
    public TaskBudget task(String task, BooleanSupplier cancelled) {
        return holdings(task, cancelled);
    }

    TaskHoldings holdings(String task, BooleanSupplier cancelled) {
        return new TaskHoldings(this, shares, task, cancelled);
    }

    /** Has all requests that wait looked at again, as after a task was cancelled. */
    public synchronized void wake() {
        changed();
    }

    /** Tells how near the heap is to its end; requests that wait are looked at again. */
    public synchronized void pressure(Pressure now) {
        shares.pressure(now);
        changed();
    }

    /** Has cached blocks evicted down to the soft line; may write them to disk. */
    public void evictToSoftLine() {
        long above;
        synchronized (this) {
            above = shares.evictable();
        }
        if (above > 0) {
            evictor.evict(above);
        }
    }

    /** Whether storage holds more than execution leaves it: then blocks may be evicted for execution. */
    public synchronized boolean isAboveSoftLine() {
        return shares.evictable() > 0;
    }

    synchronized Held open(Held reservation) {
        reservations.add(reservation);
        return reservation;
    }

    synchronized void forget(Held closed) {
        reservations.remove(closed);
    }

    public long totalBytes() {
        return total;
    }

    /** Bytes of the heap beside this budget, which are left to the objects of user code. */
    public long besideBytes() {
        return besideBytes;
    }

    /** Bytes of tasks, and of the executor's work that is no task's. */
    public synchronized long executionBytes() {
        return shares.execution();
    }

    public synchronized long storageBytes() {
        return shares.storage();
    }

    /** Bytes nobody holds; negative while more was forced than there is. */
    public synchronized long freeBytes() {
        return shares.free();
    }

    /** Tasks that wait for memory now. Takes no lock. */
    public int waitingTasks() {
        return waiting;
    }

    /** Who holds what, in all memory that there is a budget for. */
    public MemoryReport report() {
        MemoryReport own = reportOfThis();
        if (offHeap == this) {
            return own;
        }
        List<Holding> uncounted = new ArrayList<>();
        beside.forEach((holder, shown) -> {
            long now = shown.bytes().getAsLong();
            if (now > 0) {
                uncounted.add(new Holding(shown.use(), "", holder, now, now));
            }
        });
        return own.with(offHeap.reportOfThis(), uncounted);
    }

    private synchronized MemoryReport reportOfThis() {
        Map<String, Holding> holdings = new LinkedHashMap<>();
        for (Held held : reservations) {
            if (!held.isEmpty()) {
                Holding holding = held.holding();
                holdings.merge(holding.use() + holding.name(), holding, Holding::plus);
            }
        }
        return new MemoryReport(mode, total, shares.free(), shares.pressure(), List.copyOf(holdings.values()));
    }

    /** Bytes by the name they are held under in this pool, sorted by name. */
    public Map<String, Long> ledger() {
        Map<String, Long> ledger = new TreeMap<>();
        reportOfThis().holdings().forEach(holding -> ledger.merge(holding.name(), holding.bytes(), Long::sum));
        return ledger;
    }

    /** One sentence on who holds the memory, the largest first, for error messages. */
    public String describe() {
        return report().describe();
    }

    /** Whoever waits looks again. With the lock held. */
    void changed() {
        if (waiting > 0) {
            notifyAll();
        }
    }

    /** Grants, evicts, waits or refuses, as often as it takes. */
    boolean tryGrow(Held reservation, long bytes) {
        boolean evictable = true;
        long waitedSince = 0;
        while (true) {
            long missing;
            synchronized (this) {
                Verdict verdict = reservation.judge(bytes, evictable);
                if (verdict == Verdict.GRANTED) {
                    reservation.runs();
                    reservation.change(bytes);
                    return true;
                }
                if (verdict == Verdict.WAIT) {
                    waitedSince = waitedSince == 0 ? clock.nanoTime() : waitedSince;
                    if (!await(reservation.task, waitedSince)) {
                        reservation.runs();
                        return false;
                    }
                    evictable = true;
                    continue;
                }
                if (verdict == Verdict.REFUSED) {
                    reservation.runs();
                    return false;
                }
                missing = shares.missing(bytes);
            }
            Evictor own = reservation.evictor();
            evictable = (own == null ? evictor : own).evict(missing) > 0;
        }
    }

    /** Waits for any change; false when it is not to wait any longer. */
    private boolean await(TaskHoldings task, long since) {
        boolean forEver = patienceNanos == Long.MAX_VALUE;
        long left = TimeUnit.NANOSECONDS.toMillis(patienceNanos - (clock.nanoTime() - since));
        if (!forEver && left <= 0 || task.isCancelled()) {
            return false;
        }
        if (!task.share.waiting) {
            // Who waited for this one, because it ran, has to look again. Once: two that wait must not wake each other.
            task.share.waiting = true;
            changed();
        }
        waiting++;
        try {
            if (forEver) {
                wait();
            } else {
                wait(left);
            }
            return !task.isCancelled();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waiting--;
        }
    }
}
