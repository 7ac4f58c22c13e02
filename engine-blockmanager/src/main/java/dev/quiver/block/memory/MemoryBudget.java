package dev.quiver.block.memory;

import dev.quiver.block.memory.MemoryReport.Holding;
import dev.quiver.block.memory.MemoryReport.Use;
import dev.quiver.block.memory.Shares.Verdict;
import dev.quiver.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * How much memory execution and storage may hold together. Storage may use whatever execution does not; execution takes
 * it back down to a floor by having cached blocks evicted; storage never takes from execution. Running tasks share what
 * execution has as {@link Shares} says. Every byte is held under a name, so that running out can say who holds what.
 * Counts bytes, allocates none. Safe for many threads.
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

    private final long total;
    private final long beside;
    private final Shares shares;
    private final Clock clock;
    private final long patienceNanos;
    private final Set<Held> reservations = new LinkedHashSet<>();
    private volatile Evictor evictor = bytes -> 0;
    private int waiting;

    /**
     * @param totalBytes      for execution and storage together
     * @param storageFraction part of it below which execution does not evict, from 0 to 1
     */
    public MemoryBudget(long totalBytes, double storageFraction) {
        this(totalBytes, storageFraction, 0);
    }

    /** @param besideBytes of the heap that are left to the objects of user code */
    public MemoryBudget(long totalBytes, double storageFraction, long besideBytes) {
        this(totalBytes, storageFraction, besideBytes, PATIENCE, Clock.system());
    }

    /** @param patience longest wait of a task for what it is guaranteed */
    public MemoryBudget(long totalBytes, double storageFraction, Duration patience, Clock clock) {
        this(totalBytes, storageFraction, 0, patience, clock);
    }

    private MemoryBudget(long totalBytes, double storageFraction, long besideBytes, Duration patience, Clock clock) {
        this.total = totalBytes;
        this.beside = besideBytes;
        this.shares = new Shares(totalBytes, storageFraction);
        this.patienceNanos = TimeUnit.NANOSECONDS.convert(patience);
        this.clock = clock;
    }

    /** Names who frees storage when execution needs it. */
    public void evictWith(Evictor storageEvictor) {
        this.evictor = storageEvictor;
    }

    /** An empty reservation of the executor itself, for work that is no single task's. @param holder for messages */
    public Reservation execution(String holder) {
        return open(new Held(this, shares, Use.EXECUTION, null, holder));
    }

    /** An empty reservation for stored data. @param holder what is stored, for messages */
    public Reservation storage(String holder) {
        return open(new Held(this, shares, Use.STORAGE, null, holder));
    }

    /**
     * What a task that begins holds: nothing yet.
     *
     * @param task      for messages, such as {@code stage 3, partition 5}
     * @param cancelled whether it was told to stop: then it is refused instead of waiting, once {@link #wake} was called
     */
    public TaskBudget task(String task, BooleanSupplier cancelled) {
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
        return beside;
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

    /** Tasks that wait for memory now. */
    public synchronized int waitingTasks() {
        return waiting;
    }

    /** Who holds what. */
    public synchronized MemoryReport report() {
        Map<String, Holding> holdings = new LinkedHashMap<>();
        for (Held held : reservations) {
            if (!held.isEmpty()) {
                Holding holding = held.holding();
                holdings.merge(holding.use() + holding.name(), holding, Holding::plus);
            }
        }
        return new MemoryReport(total, shares.free(), shares.pressure(), List.copyOf(holdings.values()));
    }

    /** Bytes by the name they are held under, sorted by name. */
    public Map<String, Long> ledger() {
        Map<String, Long> ledger = new TreeMap<>();
        report().holdings().forEach(holding -> ledger.merge(holding.name(), holding.bytes(), Long::sum));
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
            evictable = evictor.evict(missing) > 0;
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
