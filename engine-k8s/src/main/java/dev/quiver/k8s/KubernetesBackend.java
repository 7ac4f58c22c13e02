package dev.quiver.k8s;

import dev.quiver.id.ExecutorId;
import dev.quiver.k8s.allocate.AllocationRules;
import dev.quiver.k8s.allocate.PodAllocation;
import dev.quiver.k8s.client.ExecutorPods;
import dev.quiver.k8s.pod.ExecutorPodSpec;
import dev.quiver.scheduler.backend.ClusterBackend;
import dev.quiver.time.Clock;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executors in pods. A thread of its own drives the {@link PodAllocation}; others wait for the API server. Safe for use by
 * many threads: every call becomes work of that thread.
 */
final class KubernetesBackend implements ClusterBackend {
    private static final Logger LOG = LoggerFactory.getLogger(KubernetesBackend.class);
    private static final int CALLS_AT_ONCE = 4;

    /** A kubelet tells of an end a second or two after it; the connection of the executor is lost at once. */
    private static final Duration NEWS_OF_ENDS = Duration.ofSeconds(6);

    private static final long POLL_SECONDS = 30;
    private static final long LOOK_SECONDS = 5;
    private static final Duration FAREWELL = Duration.ofSeconds(10);

    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor(named("k8s-pods"));
    private final ExecutorService calls = Executors.newFixedThreadPool(CALLS_AT_ONCE, named("k8s-api"));
    private final KubernetesClient client;
    private final ExecutorPods pods;
    private final PodAllocation allocation;
    private boolean closed;

    /** @param client to the API server; owned from here on */
    KubernetesBackend(
            KubernetesClient client, ExecutorPodSpec spec, AllocationRules rules, Clock clock, Events events) {
        this.client = client;
        this.pods = new ExecutorPods(client, client.getNamespace(), spec, clock, loop, calls);
        this.allocation =
                new PodAllocation(rules, clock, pods, events, spec.recipe().faultless());
        pods.attach(allocation);
        pods.watch();
        long tick = rules.interval().toMillis();
        loop.scheduleWithFixedDelay(guarded(allocation::tick), tick, tick, TimeUnit.MILLISECONDS);
        loop.scheduleWithFixedDelay(guarded(pods::poll), POLL_SECONDS, POLL_SECONDS, TimeUnit.SECONDS);
        loop.scheduleWithFixedDelay(
                guarded(() -> pods.puzzleOver(allocation.puzzling())), LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    private static ThreadFactory named(String name) {
        return work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** A repeated action that fails once is not repeated again, and nobody would hear of it. */
    private static Runnable guarded(Runnable action) {
        return () -> {
            try {
                action.run();
            } catch (RuntimeException failure) {
                LOG.error("The pods of this application could not be looked after; tried again", failure);
            }
        };
    }

    @Override
    public void requestExecutors(int target) {
        loop.execute(guarded(() -> allocation.request(target)));
    }

    @Override
    public void kill(ExecutorId executor, String reason) {
        loop.execute(guarded(() -> allocation.remove(executor)));
    }

    @Override
    public void onReady(ExecutorId executor) {
        loop.execute(guarded(() -> allocation.ready(executor)));
    }

    @Override
    public Duration patienceForReasons() {
        return NEWS_OF_ENDS;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        loop.execute(allocation::close);
        loop.shutdown();
        calls.shutdown();
        if (!pods.hasMade()) {
            calls.shutdownNow();
        }
        try {
            // A pod that is being made now would be left behind otherwise.
            calls.awaitTermination(FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        if (!pods.close(FAREWELL)) {
            LOG.warn(
                    "Pods or secrets of this application may be left in the cluster; delete them with '{}'",
                    pods.selector());
        }
        client.close();
    }
}
