package dev.quiver.block.memory;

import dev.quiver.block.memory.MemoryReport.Holding;
import dev.quiver.block.memory.MemoryReport.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** A running task in the ledger. Guarded by the budget. */
final class TaskHoldings implements TaskBudget {
    private final MemoryBudget budget;
    private final Shares shares;
    private final String name;
    private final BooleanSupplier cancelled;
    private final List<Held> opened = new ArrayList<>();
    private final Map<String, Long> peaks = new TreeMap<>();

    final Shares.Task share = new Shares.Task();

    /** What it holds outside the heap, once it does. Belongs to the task's thread. */
    private TaskHoldings offHeap;

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
        notePeak(closed);
        opened.remove(closed);
    }

    private void notePeak(Held held) {
        Holding holding = held.holding();
        if (holding.peakBytes() > 0) {
            // Sums over a session have an entry for each name, so there must not be one for each dataset.
            String name = holding.use() == Use.UNROLL ? "unroll" : holding.holder();
            peaks.merge(name, holding.peakBytes(), Math::max);
        }
    }

    @Override
    public Reservation open(String operator) {
        return open(Use.TASK, operator, null);
    }

    @Override
    public Reservation unroll(MemoryMode mode, String holder, MemoryBudget.Evictor evictor) {
        if (mode == budget.mode()) {
            return open(Use.UNROLL, "unroll of " + holder, evictor);
        }
        if (offHeap == null) {
            offHeap = budget.offHeap().holdings(name, cancelled);
        }
        return offHeap.unroll(mode, holder, evictor);
    }

    private Reservation open(Use use, String holder, MemoryBudget.Evictor evictor) {
        Held held = budget.open(new Held(budget, shares, use, this, holder, evictor));
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
    public long peakOffHeapBytes() {
        return offHeap == null ? 0 : offHeap.peakBytes();
    }

    @Override
    public Map<String, Long> peaksByOperator() {
        Map<String, Long> all = new TreeMap<>();
        synchronized (budget) {
            opened.forEach(this::notePeak);
            all.putAll(peaks);
        }
        if (offHeap != null) {
            offHeap.peaksByOperator().forEach((holder, bytes) -> all.put(holder + " (off-heap)", bytes));
        }
        return all;
    }

    @Override
    public long mostBytes() {
        synchronized (budget) {
            return shares.most(share);
        }
    }

    @Override
    public List<Holding> unclosed() {
        List<Holding> unclosed = new ArrayList<>();
        synchronized (budget) {
            opened.stream().filter(held -> !held.isEmpty()).map(Held::holding).forEach(unclosed::add);
        }
        unclosed.addAll(offHeap == null ? List.of() : offHeap.unclosed());
        return unclosed;
    }

    @Override
    public void close() {
        if (offHeap != null) {
            offHeap.close();
        }
        synchronized (budget) {
            List.copyOf(opened).forEach(Held::close);
            shares.end(share);
            budget.changed();
        }
    }
}
