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
    private long bytes;
    private long peak;
    private boolean closed;

    /** The task that it belongs to; null when to none. */
    final TaskHoldings task;

    Held(MemoryBudget budget, Shares shares, Use use, TaskHoldings task, String holder) {
        this.budget = budget;
        this.shares = shares;
        this.use = use;
        this.task = task;
        this.holder = holder;
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
            case EXECUTION -> shares.judge(more, evictable);
            case STORAGE -> shares.judge(more, false);
        };
    }

    void change(long by) {
        requireOpen();
        if (by != 0) {
            bytes += by;
            peak = Math.max(peak, bytes);
            switch (use) {
                case TASK -> shares.changeTask(task.share, by);
                case EXECUTION -> shares.changeOthers(by);
                case STORAGE -> shares.changeStorage(by);
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
