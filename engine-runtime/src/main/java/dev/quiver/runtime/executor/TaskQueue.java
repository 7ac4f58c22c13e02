package dev.quiver.runtime.executor;

import dev.quiver.id.StageAttempt;
import dev.quiver.runtime.protocol.ProgramId;
import dev.quiver.runtime.protocol.ToExecutor.LaunchTasks;
import dev.quiver.task.TaskRange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Launched tasks that wait for a slot, kept as the ranges they came in. Safe for use by many threads: every method holds
 * the object's monitor, and only {@link #take} waits.
 */
final class TaskQueue {
    /** One task taken from the queue. */
    record Queued(StageAttempt stage, ProgramId program, int partition, int attempt) {}

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
            return new Queued(launch.stage(), launch.program(), next++, range.attempt());
        }

        boolean isEmpty() {
            return next == range.end();
        }
    }

    private final ArrayDeque<Waiting> ranges = new ArrayDeque<>();
    private int size;
    private boolean closed;

    synchronized void add(LaunchTasks launch) {
        for (TaskRange range : launch.tasks()) {
            ranges.add(new Waiting(launch, range));
            size += range.size();
        }
        notifyAll();
    }

    /** Waits for a task; null when the queue was closed. */
    synchronized Queued take() throws InterruptedException {
        while (size == 0 && !closed) {
            wait();
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

    /** Tasks waiting. */
    synchronized int size() {
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
