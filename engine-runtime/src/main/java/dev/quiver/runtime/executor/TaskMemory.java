package dev.quiver.runtime.executor;

import dev.quiver.QuiverException;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.MemoryReport;
import dev.quiver.block.memory.MemoryReport.Holding;
import dev.quiver.block.memory.Reservation;
import dev.quiver.block.memory.TaskBudget;
import dev.quiver.config.Bytes;
import dev.quiver.exec.task.MemoryExceeded;
import dev.quiver.exec.task.OperatorMemory;
import dev.quiver.exec.task.OperatorMemory.Otherwise;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.TaskAttempt;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the operators of one task hold of its executor's memory. When one is refused, larger ones of the task that can give
 * memory back are made to, the largest first; one that is the largest itself has to help itself, unless that
 * fails the task. Belongs to the task's thread.
 */
final class TaskMemory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TaskMemory.class);

    private final MemoryBudget budget;
    private final TaskBudget held;
    private final long share;
    private final long beside;
    private final TaskAttempt task;
    private final int partition;
    private final boolean strict;
    private final List<Held> operators = new ArrayList<>();
    private boolean spilling;

    /**
     * @param slots     tasks that the executor runs at once, at most
     * @param partition that users know it by, which differs from the attempt's where the task does a slice of it
     * @param cancelled whether the task was told to stop
     * @param strict    whether a leak is an error, as in tests, and not just logged
     */
    TaskMemory(
            MemoryBudget budget,
            int slots,
            TaskAttempt task,
            int partition,
            BooleanSupplier cancelled,
            boolean strict) {
        this.budget = budget;
        this.held = budget.task(
                "stage " + task.stage().stage() + ", partition " + partition
                        + (partition == task.partition() ? "" : " (task " + task.partition() + ")"),
                cancelled);
        this.share = budget.totalBytes() / slots;
        this.beside = budget.besideBytes() / slots;
        this.task = task;
        this.partition = partition;
        this.strict = strict;
    }

    OperatorMemory open(String operator) {
        Held opened = new Held(operator, held.open(operator));
        operators.add(opened);
        return opened;
    }

    /** The task in the ledger, for rows that it is about to cache. Borrowed. */
    TaskBudget budget() {
        return held;
    }

    /** Tells what was held at most. */
    void count(TaskCounters counters) {
        counters.memory(held.peakBytes(), held.peakOffHeapBytes(), held.peaksByOperator());
    }

    /** What each operator held at most, those that are closed included; empty when none held anything. */
    String describePeaks() {
        return held.peaksByOperator().entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(peak -> peak.getKey() + " " + Bytes.of(peak.getValue()).display())
                .collect(Collectors.joining(", "));
    }

    /**
     * Gives back what the task holds beyond its right, while another task of the executor waits for memory: operators spill,
     * the largest first. To be called where every operator of the task stands between two batches, or in a call to the one
     * that it reads from.
     */
    void giveWay() {
        if (spilling || budget.waitingTasks() == 0) {
            return;
        }
        while (held.heldBytes() > held.mostBytes() && spillOne(all -> true, "another task")) {
            // Until it holds what it may, or nobody can give more.
        }
    }

    /** Has another operator of the task give memory back for one; false when none can. */
    private boolean spillFor(Held asking, long bytes, Otherwise otherwise) {
        // Whoever puts rows aside needs a buffer or two, and must not start over with others for it.
        if (spilling || asking.bytes + bytes > held.mostBytes()) {
            return false;
        }
        return spillOne(other -> other != asking && other.isAskedFor(asking, otherwise), asking.operator);
    }

    /** Has the largest of some operators spill that gives anything. */
    private boolean spillOne(Predicate<Held> which, String whom) {
        List<Held> largest = new ArrayList<>();
        for (Held operator : operators) {
            if (operator.spiller != null && operator.bytes > 0 && which.test(operator)) {
                largest.add(operator);
            }
        }
        largest.sort(Comparator.comparingLong((Held operator) -> operator.bytes).reversed());
        spilling = true;
        try {
            for (Held operator : largest) {
                if (operator.spiller.spill() > 0) {
                    LOG.debug("task={} {} spilled for {}", task, operator.operator, whom);
                    return true;
                }
            }
            return false;
        } catch (RuntimeException failed) {
            throw failed;
        } catch (Exception failed) {
            throw new QuiverException("Rows could not be put aside for " + whom + ": " + failed, failed);
        } finally {
            spilling = false;
        }
    }

    /** @throws IllegalStateException if strict, when an operator kept memory beyond the end of its task */
    @Override
    public void close() {
        List<Holding> leaks = held.unclosed();
        held.close();
        if (!leaks.isEmpty()) {
            String message = leaks.get(0).name() + " did not give back "
                    + Bytes.of(leaks.get(0).bytes()).display() + " of memory at the end of its task";
            if (strict) {
                throw new IllegalStateException(message);
            }
            LOG.warn("task={} {}; this is a bug, please report it", task, message);
        }
    }

    private final class Held implements OperatorMemory {
        private final String operator;
        private final Reservation reservation;
        private long bytes;
        private Spiller spiller;

        Held(String operator, Reservation reservation) {
            this.operator = operator;
            this.reservation = reservation;
        }

        /** Whether it is one that spills for another. */
        private boolean isAskedFor(Held asking, Otherwise otherwise) {
            return switch (otherwise) {
                case HANDS_ON -> bytes > asking.bytes && !spiller.isCostly();
                case SPILLS -> bytes > asking.bytes;
                case FAILS -> true;
            };
        }

        @Override
        public boolean tryGrow(long more) {
            return tryGrow(more, Otherwise.SPILLS);
        }

        @Override
        public boolean tryGrow(long more, Otherwise otherwise) {
            while (!reservation.tryGrow(more)) {
                if (!spillFor(this, more, otherwise)) {
                    return false;
                }
            }
            grew(more);
            return true;
        }

        private void grew(long more) {
            bytes += more;
        }

        @Override
        public void force(long more) {
            reservation.force(more);
            grew(more);
        }

        @Override
        public void shrink(long less) {
            reservation.shrink(less);
            bytes -= less;
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public long share() {
            return share;
        }

        @Override
        public long most() {
            return Math.max(share, held.mostBytes());
        }

        @Override
        public long total() {
            return budget.totalBytes();
        }

        @Override
        public long beside() {
            return beside;
        }

        @Override
        public void spillWith(Spiller from) {
            spiller = from;
        }

        @Override
        public MemoryExceeded exceeded(String what) {
            return exceeded(what, 0);
        }

        @Override
        public MemoryExceeded exceeded(String what, long needed) {
            MemoryReport report = budget.report();
            String message = operator + " ran out of memory in partition " + partition + " of stage "
                    + task.stage().stage() + ": " + what + ". The task holds "
                    + Bytes.of(report.bytesOf(held.task())).display() + " ("
                    + report.describeOperators(held.task()) + ") and may hold "
                    + Bytes.of(held.mostBytes()).display() + " now. " + report.describeOthers(held.task())
                    + " Raise --executor-memory (quiver.executor.memory), or give an executor fewer cores.";
            return new MemoryExceeded(message, needed <= budget.totalBytes());
        }

        @Override
        public void close() {
            reservation.close();
            bytes = 0;
            spiller = null;
            operators.remove(this);
        }
    }
}
