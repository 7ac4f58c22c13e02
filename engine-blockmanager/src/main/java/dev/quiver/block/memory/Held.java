package dev.quiver.block.memory;

import dev.quiver.block.memory.MemoryReport.Holding;
import dev.quiver.block.memory.MemoryReport.Use;
import dev.quiver.block.memory.Shares.Verdict;

/** One line of the ledger. Everything in it is guarded by the budget, whose lock it takes where that is not held. */
final class Held implements Reservation {
    private final MemoryBudget budget;
    private final Shares shares;
    private final Use use;
    private final String holder;
    private final MemoryBudget.Evictor evictor;
    private long bytes;
    private long peak;
    private boolean closed;

    /** The task that it belongs to; null when to none. */
    final TaskHoldings task;

    /** @param evictor frees storage for it in place of the budget's; null when that one does */
    Held(MemoryBudget budget, Shares shares, Use use, TaskHoldings task, String holder, MemoryBudget.Evictor evictor) {
        this.budget = budget;
        this.shares = shares;
        this.use = use;
        this.task = task;
        this.holder = holder;
        this.evictor = evictor;
    }

    /** Who frees storage for this one, or null. */
    MemoryBudget.Evictor evictor() {
        return evictor;
    }

    // With the lock held.

    Holding holding() {
        return new Holding(use, task == null ? "" : task.task(), holder, bytes, peak);
    }

    boolean isEmpty() {
        return bytes == 0;
    }

    Verdict judge(long more, boolean evictable) {
        requireOpen();
        return switch (use) {
            case TASK -> shares.judge(task.share, more, evictable);
            case UNROLL -> shares.judgeUnroll(task.share, more, evictable);
            case EXECUTION -> shares.judge(more, evictable);
            case STORAGE -> shares.judgeStorage(more, evictable && evictor != null);
            case OBJECTS, BUFFERS -> throw new IllegalStateException(holder + " is in no budget");
        };
    }

    /** Its task, if it has one, waits no longer. */
    void runs() {
        if (task != null) {
            task.share.waiting = false;
        }
    }

    void change(long by) {
        requireOpen();
        if (by != 0) {
            bytes += by;
            peak = Math.max(peak, bytes);
            switch (use) {
                case TASK, UNROLL -> shares.changeTask(task.share, by);
                case EXECUTION -> shares.changeOthers(by);
                case STORAGE -> shares.changeStorage(by);
                case OBJECTS, BUFFERS -> throw new IllegalStateException(holder + " is in no budget");
            }
            // Also when it is more: then shares are smaller, and requests that waited may have to be refused.
            budget.changed();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the reservation of " + holder + " was closed");
        }
    }

    // Without.

    @Override
    public boolean tryGrow(long more) {
        return budget.tryGrow(this, more);
    }

    @Override
    public boolean tryGrowFree(long more) {
        synchronized (budget) {
            boolean granted = judge(more, false) == Verdict.GRANTED;
            if (granted) {
                change(more);
            }
            return granted;
        }
    }

    @Override
    public void force(long more) {
        synchronized (budget) {
            change(more);
        }
    }

    @Override
    public void shrink(long less) {
        synchronized (budget) {
            if (less > bytes) {
                throw new IllegalArgumentException(holder + " gives back " + less + " bytes and holds only " + bytes);
            }
            change(-less);
        }
    }

    @Override
    public void handOver(long part, Reservation to) {
        if (!(to instanceof Held other) || other.budget != budget) {
            throw new IllegalArgumentException(
                    holder + " hands memory to " + to.holder() + ", which is of another pool");
        }
        synchronized (budget) {
            shrink(part);
            other.change(part);
        }
    }

    @Override
    public long bytes() {
        synchronized (budget) {
            return bytes;
        }
    }

    @Override
    public String holder() {
        return holder;
    }

    @Override
    public void close() {
        synchronized (budget) {
            if (!closed) {
                change(-bytes);
                closed = true;
                budget.forget(this);
                if (task != null) {
                    task.forget(this);
                }
            }
        }
    }
}
