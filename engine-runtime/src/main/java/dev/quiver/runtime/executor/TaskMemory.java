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
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.TaskAttempt;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the operators of one task hold of its executor's memory. When one is refused, larger ones of the task that can give
 * memory back are made to, the largest first; one that is the largest itself has to help itself. Belongs to the task's
 * thread.
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

    /** Has another operator of the task give memory back, if one holds more than who asks; false when none can. */
    private boolean spillLarger(Held asking, long bytes) {
        // Whoever puts rows aside needs a buffer or two, and must not start over with others for it.
        if (spilling || asking.bytes + bytes > held.mostBytes()) {
            return false;
        }
        List<Held> larger = new ArrayList<>();
        for (Held other : operators) {
            if (other != asking && other.spiller != null && other.bytes > asking.bytes) {
                larger.add(other);
            }
        }
        larger.sort(Comparator.comparingLong((Held other) -> other.bytes).reversed());
        spilling = true;
        try {
            for (Held other : larger) {
                if (other.spiller.spill() > 0) {
                    LOG.debug("task={} {} spilled for {}", task, other.operator, asking.operator);
                    return true;
                }
            }
            return false;
        } catch (RuntimeException failed) {
            throw failed;
        } catch (Exception failed) {
            throw new QuiverException("Rows could not be put aside for " + asking.operator + ": " + failed, failed);
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

        @Override
        public boolean tryGrow(long more) {
            while (!reservation.tryGrow(more)) {
                if (!spillLarger(this, more)) {
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
        public long beside() {
            return beside;
        }

        @Override
        public void spillWith(Spiller from) {
            spiller = from;
        }

        @Override
        public MemoryExceeded exceeded(String what) {
            MemoryReport report = budget.report();
            return new MemoryExceeded(operator + " ran out of memory in partition " + partition + " of stage "
                    + task.stage().stage() + ": " + what + ". The task holds "
                    + Bytes.of(report.bytesOf(held.task())).display() + " ("
                    + report.describeOperators(held.task()) + ") and may hold "
                    + Bytes.of(held.mostBytes()).display() + " now. " + report.describeOthers(held.task())
                    + " Raise --executor-memory (quiver.executor.memory), or give an executor fewer cores.");
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
