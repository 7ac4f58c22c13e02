package dev.quiver.runtime.executor;

import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.Reservation;
import dev.quiver.config.Bytes;
import dev.quiver.exec.task.MemoryExceeded;
import dev.quiver.exec.task.OperatorMemory;
import dev.quiver.id.TaskAttempt;

/**
 * What one task holds of its executor's memory: no more than a slot's part of it, so that no task takes from others what
 * they will need. Belongs to the task's thread.
 */
final class TaskMemory {
    private final MemoryBudget budget;
    private final long share;
    private final TaskAttempt task;
    private long held;

    /** @param slots tasks that the executor runs at once */
    TaskMemory(MemoryBudget budget, int slots, TaskAttempt task) {
        this.budget = budget;
        this.share = budget.totalBytes() / slots;
        this.task = task;
    }

    OperatorMemory open(String operator) {
        return new Held(
                operator,
                budget.execution(operator + " of partition " + task.partition() + " in stage "
                        + task.stage().stage()));
    }

    private final class Held implements OperatorMemory {
        private final String operator;
        private final Reservation reservation;
        private long bytes;

        Held(String operator, Reservation reservation) {
            this.operator = operator;
            this.reservation = reservation;
        }

        @Override
        public boolean tryGrow(long more) {
            if (held + more > share || !reservation.tryGrow(more)) {
                return false;
            }
            changed(more);
            return true;
        }

        @Override
        public void force(long more) {
            reservation.force(more);
            changed(more);
        }

        @Override
        public void shrink(long less) {
            reservation.shrink(less);
            changed(-less);
        }

        private void changed(long by) {
            bytes += by;
            held += by;
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
        public MemoryExceeded exceeded(String what) {
            return new MemoryExceeded(operator + " ran out of memory in partition " + task.partition() + " of stage "
                    + task.stage().stage() + ": " + what + ". A task may hold "
                    + Bytes.of(share).display() + " here. " + budget.describe()
                    + " Raise --executor-memory (quiver.executor.memory), or give an executor fewer cores.");
        }

        @Override
        public void close() {
            reservation.close();
            held -= bytes;
            bytes = 0;
        }
    }
}
