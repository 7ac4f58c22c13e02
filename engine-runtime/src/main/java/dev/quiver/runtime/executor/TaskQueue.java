package dev.quiver.runtime.executor;

import dev.quiver.id.StageAttempt;
import dev.quiver.runtime.protocol.ProgramId;
import dev.quiver.runtime.protocol.ToExecutor.LaunchTasks;
import dev.quiver.stage.PartitionSlice;
import dev.quiver.task.TaskRange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Launched tasks that wait for a slot, kept as the ranges they came in. Safe for use by many threads: what
 * changes it holds the object's monitor, and only {@link #take} waits, at first awake and then asleep.
 */
final class TaskQueue {
    /**
     * One task taken from the queue.
     *
     * @param task  its number in the layout of its stage
     * @param slice what it computes of its partition, or null when all of it
     */
    record Queued(StageAttempt stage, ProgramId program, int task, PartitionSlice slice, int attempt) {
        int partition() {
            return slice == null ? task : slice.partition();
        }
    }

    private static final class Waiting {
        final LaunchTasks launch;
        final TaskRange range;
        int next;

        Waiting(LaunchTasks launch, TaskRange range) {
            this.launch = launch;
            this.range = range;
            this.next = range.first();
        }

        Queued poll() {
            int task = next++;
            return new Queued(
                    launch.stage(), launch.program(), task, launch.layout().slice(task), range.attempt());
        }

        boolean isEmpty() {
            return next == range.end();
        }
    }

    /** How long a slot stays awake for the next task: longer than a small job's way back to it. */
    private static final long WATCH_NANOS = 50_000;

    private static final int LOOKS_PER_CLOCK = 32;

    private final ArrayDeque<Waiting> ranges = new ArrayDeque<>();
    private final IdleWork idleWork;
    private final AtomicInteger watching = new AtomicInteger();
    private volatile int size;
    private volatile boolean closed;
    private int asleep;

    /** @param idleWork what slots do before they sleep; null when they sleep at once */
    TaskQueue(IdleWork idleWork) {
        this.idleWork = idleWork;
    }

    synchronized void add(LaunchTasks launch) {
        int added = 0;
        for (TaskRange range : launch.tasks()) {
            ranges.add(new Waiting(launch, range));
            added += range.size();
        }
        size += added;
        // Those that watch look again before they sleep.
        for (int wakes = Math.min(asleep, size - watching.get()); wakes > 0; wakes--) {
            notify();
        }
    }

    /** Waits for a task; null when the queue was closed. */
    Queued take() throws InterruptedException {
        if (idleWork != null && size == 0 && !closed) {
            watch();
        }
        return takeOrSleep();
    }

    private void watch() {
        watching.incrementAndGet();
        idleWork.begin();
        try {
            long start = System.nanoTime();
            for (int look = 1; size == 0 && !closed; look++) {
                idleWork.look();
                Thread.onSpinWait();
                if (look % LOOKS_PER_CLOCK == 0) {
                    if (System.nanoTime() - start > WATCH_NANOS) {
                        return;
                    }
                    Thread.yield();
                }
            }
        } finally {
            idleWork.end();
            watching.decrementAndGet();
        }
    }

    private synchronized Queued takeOrSleep() throws InterruptedException {
        while (size == 0 && !closed) {
            asleep++;
            try {
                wait();
            } finally {
                asleep--;
            }
        }
        if (size == 0) {
            return null;
        }
        Waiting first = ranges.peek();
        Queued task = first.poll();
        size--;
        if (first.isEmpty()) {
            ranges.poll();
        }
        return task;
    }

    /** Takes out every waiting task of a stage attempt. */
    synchronized List<Queued> removeAll(StageAttempt stage) {
        List<Queued> removed = new ArrayList<>();
        for (Iterator<Waiting> iterator = ranges.iterator(); iterator.hasNext(); ) {
            Waiting waiting = iterator.next();
            if (waiting.launch.stage().equals(stage)) {
                while (!waiting.isEmpty()) {
                    removed.add(waiting.poll());
                }
                iterator.remove();
            }
        }
        size -= removed.size();
        return removed;
    }

    /** The next tasks of a stage attempt, at most so many. */
    synchronized int[] next(StageAttempt stage, int most) {
        int[] tasks = new int[Math.min(most, size)];
        int count = 0;
        for (Waiting waiting : ranges) {
            for (int task = waiting.next;
                    task < waiting.range.end()
                            && count < tasks.length
                            && waiting.launch.stage().equals(stage);
                    task++) {
                tasks[count++] = task;
            }
        }
        return Arrays.copyOf(tasks, count);
    }

    /** Tasks waiting. */
    int size() {
        return size;
    }

    /** Lets every waiting {@link #take} return null once the queue is empty, and drops what waits. */
    synchronized void close() {
        closed = true;
        ranges.clear();
        size = 0;
        notifyAll();
    }
}
