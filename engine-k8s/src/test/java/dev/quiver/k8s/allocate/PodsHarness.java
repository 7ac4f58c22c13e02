package dev.quiver.k8s.allocate;

import dev.quiver.id.ExecutorId;
import dev.quiver.k8s.allocate.PodState.ContainerEnd;
import dev.quiver.k8s.allocate.PodState.Obstacle;
import dev.quiver.k8s.allocate.PodState.Phase;
import dev.quiver.scheduler.backend.ClusterBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An allocation of pods whose API server and driver write down what they are asked and told. */
final class PodsHarness implements PodApi, ClusterBackend.Events {
    static final int DEAF_TASK = 93;

    final ManualClock clock = new ManualClock();
    final List<ExecutorId> asked = new ArrayList<>();
    final List<ExecutorId> deleted = new ArrayList<>();
    final List<String> ended = new ArrayList<>();
    final List<String> leaving = new ArrayList<>();
    final List<String> waiting = new ArrayList<>();
    final List<String> gaveUp = new ArrayList<>();
    final PodAllocation allocation;

    PodsHarness(AllocationRules rules) {
        this.allocation = new PodAllocation(rules, clock, this, this, code -> code == DEAF_TASK);
    }

    PodsHarness() {
        this(rules(10));
    }

    static AllocationRules rules(int batch) {
        return new AllocationRules(
                batch,
                Duration.ofSeconds(1),
                Integer.MAX_VALUE,
                Duration.ofSeconds(600),
                Duration.ofSeconds(60),
                0,
                Duration.ofHours(1));
    }

    static ExecutorId id(int number) {
        return new ExecutorId(String.valueOf(number), 0);
    }

    static PodState pending(int number) {
        return new PodState(id(number), Phase.PENDING, false, "", "", Optional.empty(), Optional.empty());
    }

    static PodState stuck(int number, boolean hopeless, String text) {
        return new PodState(
                id(number), Phase.PENDING, false, "", "", Optional.empty(), Optional.of(new Obstacle(hopeless, text)));
    }

    static PodState running(int number) {
        return new PodState(id(number), Phase.RUNNING, false, "", "", Optional.empty(), Optional.empty());
    }

    static PodState deleting(int number) {
        return new PodState(id(number), Phase.RUNNING, true, "", "", Optional.empty(), Optional.empty());
    }

    static PodState ended(int number, int exitCode, String reason) {
        return new PodState(
                id(number),
                Phase.ENDED,
                false,
                "",
                "",
                Optional.of(new ContainerEnd(exitCode, reason, "")),
                Optional.empty());
    }

    static PodState takenAway(int number, String reason, String message) {
        return new PodState(id(number), Phase.ENDED, false, reason, message, Optional.empty(), Optional.empty());
    }

    /** Time passes, a second at a time, as the backend's thread ticks. */
    void pass(int seconds) {
        for (int second = 0; second < seconds; second++) {
            clock.advance(Duration.ofSeconds(1));
            allocation.tick();
        }
    }

    /** So many executors that take tasks, numbered from 1. */
    PodsHarness withReady(int count) {
        allocation.request(count);
        for (int number = 1; number <= count; number++) {
            allocation.created(id(number));
            pass(1);
        }
        for (int number = 1; number <= count; number++) {
            allocation.seen(running(number));
            allocation.ready(id(number));
        }
        return this;
    }

    @Override
    public void create(ExecutorId executor) {
        asked.add(executor);
    }

    @Override
    public void delete(ExecutorId executor) {
        deleted.add(executor);
    }

    @Override
    public void onExecutorEnded(ExecutorId executor, String reason, boolean causedByTask) {
        ended.add(executor + (causedByTask ? " by a task: " : ": ") + reason);
    }

    @Override
    public void onExecutorLeaving(ExecutorId executor, String reason) {
        leaving.add(executor + ": " + reason);
    }

    @Override
    public void onWaiting(String reason) {
        waiting.add(reason);
    }

    @Override
    public void onGaveUp(String reason) {
        gaveUp.add(reason);
    }
}
