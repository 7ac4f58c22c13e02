package dev.quiver.runtime.executor;

import dev.quiver.Accumulator;
import dev.quiver.TaskContext;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.stage.PartitionSlice;
import dev.quiver.task.BarrierAnswer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A task in a slot, as user code and the executor see it. Belongs to the task's thread, but for {@link #kill} and
 * {@link #interrupt}, which any thread may call.
 */
final class RunningTask extends TaskContext {
    private final TaskAttempt attempt;
    private final int partition;
    private final Thread thread;
    private final Function<BroadcastId, Object> broadcasts;
    private final Supplier<int[]> upcoming;
    private final BarrierCalls barrier;
    private final Map<Accumulator<?>, Object> shares = new LinkedHashMap<>();
    private volatile String killReason;
    private boolean ended;
    private TaskMemory memory;

    /**
     * @param attempt the task as it was launched
     * @param slice   what it computes of its partition, or null when all of it
     * @param barrier where it waits for the other tasks of a barrier stage
     * @param upcoming tasks of the same stage attempt that wait here, the next one first
     */
    RunningTask(
            TaskAttempt attempt,
            PartitionSlice slice,
            Thread thread,
            Function<BroadcastId, Object> broadcasts,
            BarrierCalls barrier,
            Supplier<int[]> upcoming) {
        this.attempt = attempt;
        this.partition = slice == null ? attempt.partition() : slice.partition();
        this.thread = thread;
        this.broadcasts = broadcasts;
        this.barrier = barrier;
        this.upcoming = upcoming;
    }

    @Override
    public TaskAttempt attempt() {
        return attempt;
    }

    @Override
    public int partition() {
        return partition;
    }

    /** Tasks of the same stage attempt that wait here now, the next one first. */
    int[] upcoming() {
        return upcoming.get();
    }

    Thread thread() {
        return thread;
    }

    void kill(String reason) {
        killReason = reason;
    }

    /** Wakes user code that waits for something, if the task still runs; false when it has ended. */
    synchronized boolean interrupt() {
        if (!ended) {
            thread.interrupt();
        }
        return !ended;
    }

    /** Nothing interrupts the thread for this task any more, and no interrupt is left for the next one. */
    synchronized void end() {
        ended = true;
        Thread.interrupted();
    }

    /** Names what it holds, for whoever must explain its end. */
    void holds(TaskMemory taskMemory) {
        memory = taskMemory;
    }

    /** What its operators held at most, such as {@code sortByKey 10.0 MiB}; empty when they held nothing. */
    String heldAtMost() {
        return memory == null ? "" : memory.describePeaks();
    }

    @Override
    public boolean isKilled() {
        return killReason != null;
    }

    String killReason() {
        return killReason;
    }

    @Override
    protected Object broadcastValue(BroadcastId id) {
        return broadcasts.apply(id);
    }

    @Override
    protected BarrierAnswer meet(int round, String call, String message) throws InterruptedException {
        return barrier.meet(attempt, round, call, message, this::isKilled);
    }

    /** Several copies of one accumulator may live in one task, one per closure that was decoded: they share by number. */
    @Override
    @SuppressWarnings("unchecked")
    protected <T> void accumulate(Accumulator<T> accumulator, T amount) {
        for (Map.Entry<Accumulator<?>, Object> share : shares.entrySet()) {
            if (share.getKey().id().equals(accumulator.id())) {
                share.setValue(accumulator.merged((T) share.getValue(), amount));
                return;
            }
        }
        shares.put(accumulator, amount);
    }

    /** What this task added, by accumulator number, serialized. */
    Map<Long, byte[]> accumulators(ValueSerializer serializer) {
        if (shares.isEmpty()) {
            return Map.of();
        }
        Map<Long, byte[]> deltas = new TreeMap<>();
        shares.forEach((accumulator, share) -> deltas.put(accumulator.id().value(), serializer.write(share)));
        return deltas;
    }
}
