package dev.quiver.k8s.allocate;

import dev.quiver.id.ExecutorId;
import dev.quiver.k8s.allocate.ExecutorPod.Stage;
import dev.quiver.k8s.allocate.PodState.Obstacle;
import dev.quiver.k8s.allocate.PodState.Phase;
import dev.quiver.scheduler.backend.ClusterBackend;
import dev.quiver.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * Keeps as many executor pods as are wanted: makes them in batches, notices by two ways how they end, and tells each end
 * once. News comes from a watch, which may lose some, and from lists, which do not; either may be late. Every pod has a
 * number of its own and is never made again.
 */
public final class PodAllocation {
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);

    /** What cannot be mended without a person may still be a moment's trouble of a registry. */
    private static final Duration HOPE = Duration.ofSeconds(10);

    /** A server that has never answered is a wrong one, or will not be there for this application. */
    private static final Duration FIRST_CONTACT = Duration.ofSeconds(15);

    /** A pod that has not started after this long is looked at more closely. */
    private static final Duration PUZZLING = Duration.ofSeconds(5);

    private final AllocationRules rules;
    private final Clock clock;
    private final PodApi api;
    private final ClusterBackend.Events events;
    private final IntPredicate blamesNobody;
    private final FailureBudget failures;
    private final Backoff afterRefusals = new Backoff(FIRST_RETRY, LAST_RETRY);
    private final Backoff afterFailedStarts = new Backoff(FIRST_RETRY, LAST_RETRY);
    private final Map<ExecutorId, ExecutorPod> pods = new LinkedHashMap<>();
    private final WaitingReport report;
    private Refusal refusal;
    private int target;
    private int nextNumber = 1;
    private long nextBatchNanos;
    private long firstAskedNanos;
    private boolean answered;
    private boolean anyReady;
    private boolean over;

    /** @param blamesNobody exit codes of executors that failed through no fault of their tasks */
    public PodAllocation(
            AllocationRules rules, Clock clock, PodApi api, ClusterBackend.Events events, IntPredicate blamesNobody) {
        this.rules = rules;
        this.clock = clock;
        this.api = api;
        this.events = events;
        this.blamesNobody = blamesNobody;
        this.failures = new FailureBudget(rules.failuresInterval());
        this.report = new WaitingReport(events);
        this.nextBatchNanos = clock.nanoTime();
    }

    /** How many there should be from now on. */
    public void request(int executors) {
        target = executors;
        settle();
    }

    /** An executor takes tasks. */
    public void ready(ExecutorId executor) {
        ExecutorPod pod = pods.get(executor);
        if (pod != null) {
            pod.exists(Stage.READY, clock.nanoTime());
            anyReady = true;
            afterFailedStarts.succeeded();
            settle();
        }
    }

    /** An executor shall be no more: its pod goes, and its end is no news. */
    public void remove(ExecutorId executor) {
        if (pods.remove(executor) != null) {
            api.delete(executor);
            settle();
        }
    }

    /** The API server has made a pod. */
    public void created(ExecutorId executor) {
        answered = true;
        afterRefusals.succeeded();
        refusal = null;
        ExecutorPod pod = pods.get(executor);
        if (pod == null) {
            // Not wanted any more since it was asked for.
            api.delete(executor);
            return;
        }
        pod.exists(Stage.PENDING, clock.nanoTime());
        settle();
    }

    /** The API server did not make a pod, or may have: what it made is deleted. */
    public void refused(ExecutorId executor, Refusal why) {
        refusal = why;
        answered |= why.kind() != Refusal.Kind.UNAVAILABLE;
        afterRefusals.failed(clock.nanoTime());
        if (pods.remove(executor) != null && why.kind() == Refusal.Kind.UNAVAILABLE) {
            api.delete(executor);
        }
        if (why.kind() == Refusal.Kind.HOPELESS && !anyReady) {
            giveUp(why.text());
        }
        settle();
    }

    /** News of a pod, from the watch or a list. */
    public void seen(PodState state) {
        answered = true;
        ExecutorPod pod = pods.get(state.executor());
        if (pod == null) {
            // Made by a request whose answer was lost, or not yet gone.
            if (!state.deleting()) {
                api.delete(state.executor());
            }
            return;
        }
        if (state.isOver()) {
            end(pod, PodEnd.of(state, blamesNobody));
            return;
        }
        if (state.deleting() && !pod.leaving) {
            pod.leaving = true;
            events.onExecutorLeaving(pod.id, "its pod is being deleted");
        }
        pod.exists(state.phase() == Phase.RUNNING ? Stage.RUNNING : Stage.PENDING, clock.nanoTime());
        pod.meets(state.obstacle().orElse(null), clock.nanoTime());
        settle();
    }

    /** The cluster's events say what is in the way of a pod that starts. */
    public void warned(ExecutorId executor, Obstacle obstacle) {
        ExecutorPod pod = pods.get(executor);
        if (pod != null) {
            pod.warned(obstacle, clock.nanoTime());
            settle();
        }
    }

    /** Pods that have been starting for longer than it should take, and nobody knows why. */
    public List<ExecutorId> puzzling() {
        long now = clock.nanoTime();
        return pods.values().stream()
                .filter(pod -> pod.stage == Stage.PENDING
                        && pod.obstacle() == null
                        && now - pod.createdNanos > PUZZLING.toNanos())
                .map(pod -> pod.id)
                .toList();
    }

    /** A pod is there no more, says the watch. */
    public void gone(PodState last) {
        ExecutorPod pod = pods.get(last.executor());
        if (pod != null) {
            end(pod, last.isOver() ? PodEnd.of(last, blamesNobody) : PodEnd.gone());
        }
    }

    /**
     * A full list of the application's pods.
     *
     * @param begunNanos when it was asked for: of what was made later it says nothing
     */
    public void listed(List<PodState> states, long begunNanos) {
        answered = true;
        states.forEach(this::seen);
        Set<ExecutorId> there = states.stream().map(PodState::executor).collect(Collectors.toCollection(TreeSet::new));
        for (ExecutorPod pod : List.copyOf(pods.values())) {
            boolean mustBeThere = pod.stage != Stage.ASKED && pod.createdNanos - begunNanos < 0;
            if (mustBeThere && !there.contains(pod.id)) {
                end(pod, PodEnd.gone());
            }
        }
    }

    /** To be called again and again, about as often as batches may be made. */
    public void tick() {
        long now = clock.nanoTime();
        for (ExecutorPod pod : List.copyOf(pods.values())) {
            if (pod.isStarting()
                    && now - pod.askedNanos > rules.creationTimeout().toNanos()) {
                String obstacle = pod.obstacle() == null ? "" : pod.obstacle().text();
                end(pod, PodEnd.late(rules.creationTimeout().toSeconds(), obstacle));
            } else if (!anyReady && pod.isHopeless(now, HOPE.toNanos())) {
                giveUp(pod.obstacle().text());
                return;
            }
        }
        boolean asksInVain = !answered && refusal != null;
        if (asksInVain && now - firstAskedNanos > FIRST_CONTACT.toNanos()) {
            giveUp(refusal.text());
            return;
        }
        dropSpare(now);
        settle();
    }

    /** Ends all; nothing is made any more. Returns those whose pods may be there. */
    public List<ExecutorId> close() {
        over = true;
        List<ExecutorId> left = new ArrayList<>(pods.keySet());
        pods.clear();
        return left;
    }

    private void end(ExecutorPod pod, PodEnd end) {
        pods.remove(pod.id);
        api.delete(pod.id);
        events.onExecutorEnded(pod.id, end.reason(), end.causedByTask() && pod.stage == Stage.READY);
        boolean failed = end.causedByTask() || pod.stage != Stage.READY && !pod.leaving;
        if (failed) {
            long now = clock.nanoTime();
            if (pod.stage != Stage.READY) {
                afterFailedStarts.failed(now);
            }
            int count = failures.failed(now);
            if (count > rules.failuresBorne(target)) {
                giveUp(count + " executors failed within "
                        + rules.failuresInterval().toSeconds() + " s, the last one because " + end.reason() + " ("
                        + AllocationRules.MOST_FAILURES.name() + ")");
            }
        }
        settle();
    }

    private void giveUp(String reason) {
        if (!over) {
            over = true;
            events.onGaveUp("executors cannot be had from the cluster: " + reason);
        }
    }

    /** Pods that still start when fewer are wanted need not, once they have been at it for as long as one may be idle. */
    private void dropSpare(long now) {
        int spare = pods.size() - target;
        List<ExecutorPod> newestFirst = new ArrayList<>(pods.values());
        for (int index = newestFirst.size() - 1; index >= 0 && spare > 0; index--) {
            ExecutorPod pod = newestFirst.get(index);
            if (pod.isStarting() && now - pod.askedNanos > rules.idleTimeout().toNanos()) {
                pods.remove(pod.id);
                api.delete(pod.id);
                spare--;
            }
        }
    }

    private void settle() {
        if (over) {
            return;
        }
        long now = clock.nanoTime();
        long staying = pods.values().stream().filter(pod -> !pod.leaving).count();
        long asked =
                pods.values().stream().filter(pod -> pod.stage == Stage.ASKED).count();
        long starting = pods.values().stream().filter(ExecutorPod::isStarting).count();
        boolean mayMake =
                asked == 0 && now - nextBatchNanos >= 0 && afterRefusals.mayTry(now) && afterFailedStarts.mayTry(now);
        long count = mayMake ? Math.min(Math.min(rules.batch(), target - staying), rules.mostPending() - starting) : 0;
        if (count > 0) {
            nextBatchNanos = now + rules.interval().toNanos();
        }
        for (long made = 0; made < count; made++) {
            if (nextNumber == 1) {
                firstAskedNanos = now;
            }
            ExecutorId id = new ExecutorId(String.valueOf(nextNumber++), 0);
            pods.put(id, new ExecutorPod(id, now));
            api.create(id);
        }
        // Asking once more takes nothing out of the way yet.
        report.update(staying - asked < target ? refusal : null, obstacles());
    }

    private List<Obstacle> obstacles() {
        List<Obstacle> obstacles = new ArrayList<>();
        for (ExecutorPod pod : pods.values()) {
            if (pod.obstacle() != null) {
                obstacles.add(pod.obstacle());
            }
        }
        return obstacles;
    }
}
