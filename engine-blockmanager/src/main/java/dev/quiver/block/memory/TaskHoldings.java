package dev.quiver.block.memory;

import dev.quiver.block.memory.MemoryReport.Holding;
import dev.quiver.block.memory.MemoryReport.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A running task in the ledger. Guarded by the budget. */
final class TaskHoldings implements TaskBudget {
    private final MemoryBudget budget;
    private final Shares shares;
    private final String name;
    private final BooleanSupplier cancelled;
    private final List<Held> opened = new ArrayList<>();

    final Shares.Task share = new Shares.Task();

    TaskHoldings(MemoryBudget budget, Shares shares, String name, BooleanSupplier cancelled) {
        this.budget = budget;
        this.shares = shares;
        this.name = name;
        this.cancelled = cancelled;
    }

    boolean isCancelled() {
        return cancelled.getAsBoolean();
    }

    void forget(Held closed) {
        opened.remove(closed);
    }

    @Override
    public Reservation open(String operator) {
        Held held = budget.open(new Held(budget, shares, Use.TASK, this, operator));
        synchronized (budget) {
            opened.add(held);
        }
        return held;
    }

    @Override
    public String task() {
        return name;
    }

    @Override
    public long heldBytes() {
        synchronized (budget) {
            return share.held;
        }
    }

    @Override
    public long peakBytes() {
        synchronized (budget) {
            return share.peak;
        }
    }

    @Override
    public long mostBytes() {
        synchronized (budget) {
            return shares.most(share);
        }
    }

    @Override
    public List<Holding> unclosed() {
        synchronized (budget) {
            return opened.stream()
                    .filter(held -> !held.isEmpty())
                    .map(Held::holding)
                    .toList();
        }
    }

    @Override
    public void close() {
        synchronized (budget) {
            List.copyOf(opened).forEach(Held::close);
            shares.end(share);
            budget.changed();
        }
    }
}
