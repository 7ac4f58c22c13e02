package dev.quiver.benchmarks.scale;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.StageAttempt;
import dev.quiver.runtime.driver.ExecutorLink;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.task.TaskEnd;
import dev.quiver.task.TaskMetrics;
import dev.quiver.task.TaskOutcome;
import dev.quiver.task.TaskRange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** An executor that keeps what it is to run until it is asked to report: then all of it is done. */
final class QuickExecutor implements ExecutorLink {
    private static final int REPORTED_AT_ONCE = 64;
    private static final TaskMetrics SHORT = new TaskMetrics(20_000, 0, 0, 0, 0, 0, 0, 0);

    private final ExecutorId id;
    private final IntFunction<TaskOutcome> outcomes;
    private final Consumer<QuickExecutor> onLaunch;
    private final ArrayDeque<Launched> queue = new ArrayDeque<>();
    private int held;
    private long launched;

    /** A range of tasks, of which the first ones are reported. */
    private static final class Launched {
        final StageAttempt stage;
        final TaskRange range;
        int next;

        Launched(StageAttempt stage, TaskRange range) {
            this.stage = stage;
            this.range = range;
            this.next = range.first();
        }
    }

    /** @param onLaunch told when it is given tasks */
    QuickExecutor(ExecutorId id, IntFunction<TaskOutcome> outcomes, Consumer<QuickExecutor> onLaunch) {
        this.id = id;
        this.outcomes = outcomes;
        this.onLaunch = onLaunch;
    }

    ExecutorId id() {
        return id;
    }

    @Override
    public void send(ToExecutor message) {
        if (message instanceof ToExecutor.LaunchTasks launch) {
            for (TaskRange range : launch.tasks()) {
                queue.add(new Launched(launch.stage(), range));
                held += range.size();
                launched += range.size();
            }
            onLaunch.accept(this);
        }
    }

    /** Some of what it has run, by stage attempt. */
    ToDriver.Report report() {
        List<ToDriver.StageEnds> stages = new ArrayList<>(1);
        int room = REPORTED_AT_ONCE;
        while (room > 0 && !queue.isEmpty()) {
            StageAttempt stage = queue.peek().stage;
            List<TaskEnd> ends = new ArrayList<>(Math.min(room, held));
            while (room > 0 && !queue.isEmpty() && queue.peek().stage.equals(stage)) {
                Launched first = queue.peek();
                int task = first.next++;
                ends.add(new TaskEnd(task, first.range.attempt(), outcomes.apply(task), SHORT));
                room--;
                if (first.next == first.range.end()) {
                    queue.poll();
                }
            }
            held -= ends.size();
            stages.add(new ToDriver.StageEnds(stage, ends));
        }
        return new ToDriver.Report(stages, List.of());
    }

    /** All of what it was given last. */
    ToDriver.Report newest() {
        Launched last = queue.removeLast();
        List<TaskEnd> ends = new ArrayList<>(last.range.size());
        for (int task = last.next; task < last.range.end(); task++) {
            ends.add(new TaskEnd(task, last.range.attempt(), outcomes.apply(task), SHORT));
        }
        held -= ends.size();
        return new ToDriver.Report(List.of(new ToDriver.StageEnds(last.stage, ends)), List.of());
    }

    /** It reports nothing any more. */
    void end() {
        queue.clear();
        held = 0;
    }

    int held() {
        return held;
    }

    long launched() {
        return launched;
    }

    @Override
    public boolean isLocal() {
        return true;
    }

    @Override
    public void close(String reason) {}
}
