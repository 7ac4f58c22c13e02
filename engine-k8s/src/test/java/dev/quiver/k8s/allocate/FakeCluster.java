package dev.quiver.k8s.allocate;

import dev.quiver.id.ExecutorId;
import dev.quiver.k8s.allocate.PodState.ContainerEnd;
import dev.quiver.k8s.allocate.PodState.Phase;
import dev.quiver.k8s.allocate.Refusal.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A small cluster under virtual time: pods take a while to start and to end, requests and their answers take theirs, news
 * is lost, lists are late, and the API server is sometimes away, sometimes out of quota. All by one random source.
 */
final class FakeCluster implements PodApi {
    private static final int MOST_DELAY = 2_000;
    private static final int LIST_INTERVAL = 30_000;
    private static final int RETRY = 2_000;

    final Map<ExecutorId, Pod> pods = new TreeMap<>(FakeCluster::byNumber);
    final Set<ExecutorId> inFlight = new TreeSet<>(FakeCluster::byNumber);
    final Set<ExecutorId> doomed = new TreeSet<>(FakeCluster::byNumber);
    private final VirtualTime time;
    private final Random random;
    private PodAllocation hears;
    private Runnable onCreate = () -> {};

    /** Trouble of all kinds is as likely as this, in percent. */
    int trouble;

    boolean away;
    int quota = Integer.MAX_VALUE;

    /** A pod as the server knows it. */
    static final class Pod {
        PodState state;
        boolean ready;

        Pod(ExecutorId id) {
            state = new PodState(id, Phase.PENDING, false, "", "", Optional.empty(), Optional.empty());
        }

        boolean lives() {
            return !state.isOver() && !state.deleting();
        }
    }

    FakeCluster(VirtualTime time, Random random) {
        this.time = time;
        this.random = random;
    }

    /** @param onCreate run after each request for a pod */
    void start(PodAllocation allocation, Runnable onCreate) {
        this.hears = allocation;
        this.onCreate = onCreate;
        time.after(LIST_INTERVAL, this::list);
    }

    static int byNumber(ExecutorId left, ExecutorId right) {
        return Integer.compare(Integer.parseInt(left.name()), Integer.parseInt(right.name()));
    }

    private int delay() {
        return random.nextInt(MOST_DELAY);
    }

    boolean happens() {
        return random.nextInt(100) < trouble;
    }

    @Override
    public void create(ExecutorId executor) {
        inFlight.add(executor);
        onCreate.run();
        time.after(delay(), () -> make(executor));
    }

    private void make(ExecutorId executor) {
        inFlight.remove(executor);
        if (!away && pods.size() >= quota) {
            answer(() -> hears.refused(executor, new Refusal(Kind.QUOTA, "exceeded quota")));
            return;
        }
        boolean answerIsLost = happens();
        if (!away || answerIsLost) {
            pods.put(executor, new Pod(executor));
            tell(executor);
            time.after(delay() * 3L, () -> run(executor));
        }
        if (away || answerIsLost) {
            answer(() -> hears.refused(executor, new Refusal(Kind.UNAVAILABLE, "no answer")));
        } else {
            answer(() -> hears.created(executor));
        }
    }

    private void answer(Runnable news) {
        time.after(delay() * (happens() ? 10L : 1L), news);
    }

    private void run(ExecutorId executor) {
        Pod pod = pods.get(executor);
        if (pod != null && pod.lives()) {
            change(executor, Phase.RUNNING, false, "", null);
            time.after(delay(), () -> register(executor));
        }
    }

    private void register(ExecutorId executor) {
        Pod pod = pods.get(executor);
        if (pod != null && pod.lives()) {
            pod.ready = true;
            hears.ready(executor);
        }
    }

    @Override
    public void delete(ExecutorId executor) {
        doomed.add(executor);
        time.after(delay(), () -> {
            if (away || happens()) {
                time.after(RETRY, () -> delete(executor));
            } else {
                end(executor);
            }
        });
    }

    /** Somebody deletes a pod: it is told so, and goes a while later. */
    void end(ExecutorId executor) {
        Pod pod = pods.get(executor);
        if (pod != null && !pod.state.deleting()) {
            change(
                    executor,
                    pod.state.phase(),
                    true,
                    pod.state.reason(),
                    pod.state.end().orElse(null));
            time.after(delay(), () -> vanish(executor));
        }
    }

    /** A pod is there no more. */
    void vanish(ExecutorId executor) {
        Pod pod = pods.remove(executor);
        if (pod != null && !away && !happens()) {
            time.after(delay(), () -> hears.gone(pod.state));
        }
    }

    /** A node kills a pod. */
    void fail(ExecutorId executor, String reason, int exitCode) {
        change(executor, Phase.ENDED, false, reason, new ContainerEnd(exitCode, "Error", ""));
    }

    private void change(ExecutorId executor, Phase phase, boolean deleting, String reason, ContainerEnd end) {
        Pod pod = pods.get(executor);
        pod.state = new PodState(executor, phase, deleting, reason, "", Optional.ofNullable(end), Optional.empty());
        tell(executor);
    }

    private void tell(ExecutorId executor) {
        PodState state = pods.get(executor).state;
        if (!away && !happens()) {
            time.after(delay(), () -> hears.seen(state));
        }
    }

    private void list() {
        long begun = time.clock.nanoTime();
        time.after(delay(), () -> {
            if (!away) {
                List<PodState> states = new ArrayList<>();
                pods.values().forEach(pod -> states.add(pod.state));
                time.after(delay() * (happens() ? 10L : 1L), () -> hears.listed(states, begun));
            }
        });
        time.after(LIST_INTERVAL, this::list);
    }

    /** Pods that live and that nobody has asked to be deleted, and those that may come to be. */
    long wanted() {
        Set<ExecutorId> all = new TreeSet<>(FakeCluster::byNumber);
        all.addAll(inFlight);
        pods.values().stream().filter(Pod::lives).forEach(pod -> all.add(pod.state.executor()));
        return all.stream().filter(id -> !doomed.contains(id)).count();
    }

    long living() {
        return pods.values().stream().filter(Pod::lives).count();
    }
}
