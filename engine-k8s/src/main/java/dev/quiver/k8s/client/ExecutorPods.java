package dev.quiver.k8s.client;

import dev.quiver.id.ExecutorId;
import dev.quiver.k8s.allocate.PodAllocation;
import dev.quiver.k8s.allocate.PodApi;
import dev.quiver.k8s.allocate.PodState;
import dev.quiver.k8s.allocate.Refusal;
import dev.quiver.k8s.pod.ExecutorPodSpec;
import dev.quiver.k8s.pod.Labels;
import dev.quiver.time.Clock;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The executor pods of one application at an API server. Requests are made on threads of their own; what they bring is
 * handed to the allocation on its loop. A watch brings news at once and may end or miss some at any time, which is why
 * the pods are listed too.
 */
public final class ExecutorPods implements PodApi {
    private static final Logger LOG = LoggerFactory.getLogger(ExecutorPods.class);
    private static final int NOT_FOUND = 404;
    private static final String EXISTS = "AlreadyExists";
    private static final long RETRY_SECONDS = 2;

    /** For executors that were told to end, or given up: they have nothing left to do. */
    private static final long GRACE_SECONDS = 5;

    private final KubernetesClient client;
    private final String namespace;
    private final ExecutorPodSpec spec;
    private final Map<String, String> labels;
    private final Clock clock;
    private final ScheduledExecutorService loop;
    private final ExecutorService calls;
    private final Refusals refusals;
    private PodAllocation allocation;

    /** Requests to make an executor's objects that the server may have fulfilled. */
    private final AtomicInteger made = new AtomicInteger();

    private volatile Watch watch;
    private volatile boolean closed;

    /**
     * @param loop  that the allocation lives on; borrowed
     * @param calls threads that may wait for the server; borrowed
     */
    public ExecutorPods(
            KubernetesClient client,
            String namespace,
            ExecutorPodSpec spec,
            Clock clock,
            ScheduledExecutorService loop,
            ExecutorService calls) {
        this.client = client;
        this.namespace = namespace;
        this.spec = spec;
        this.labels = Labels.executors(spec.recipe().application());
        this.clock = clock;
        this.loop = loop;
        this.calls = calls;
        this.refusals = Refusals.of(client);
    }

    /** Sets who hears of the pods; before anything else. */
    public void attach(PodAllocation hears) {
        allocation = hears;
    }

    @Override
    public void create(ExecutorId executor) {
        call(() -> {
            boolean secretMade = false;
            try {
                // Waits until the driver can be reached, which may never be.
                Secret secret = spec.secret(executor);
                made.incrementAndGet();
                if (closed) {
                    made.decrementAndGet();
                    return;
                }
                makeOnce(() ->
                        client.secrets().inNamespace(namespace).resource(secret).create());
                secretMade = true;
                makeOnce(() -> client.pods()
                        .inNamespace(namespace)
                        .resource(spec.pod(executor))
                        .create());
                post(() -> allocation.created(executor));
            } catch (KubernetesClientException failure) {
                Refusal refusal = refusals.of(failure);
                LOG.debug("executor={} could not be made: {}", executor, refusal.text(), failure);
                if (secretMade && refusal.kind() != Refusal.Kind.UNAVAILABLE) {
                    deleteSecret(executor);
                }
                if (!secretMade && !refusals.mayHaveBeenDone(failure)) {
                    made.decrementAndGet();
                }
                post(() -> allocation.refused(executor, refusal));
            } catch (RuntimeException failure) {
                post(() -> allocation.refused(
                        executor, new Refusal(Refusal.Kind.HOPELESS, "the pod cannot be described: " + failure)));
            }
        });
    }

    /** Names are never used twice: what is there already was made by the same request, whose answer was lost. */
    private static void makeOnce(Runnable request) {
        try {
            request.run();
        } catch (KubernetesClientException failure) {
            if (failure.getStatus() == null
                    || !EXISTS.equals(failure.getStatus().getReason())) {
                throw failure;
            }
        }
    }

    @Override
    public void delete(ExecutorId executor) {
        call(() -> {
            try {
                client.pods()
                        .inNamespace(namespace)
                        .withName(spec.name(executor))
                        .withGracePeriod(GRACE_SECONDS)
                        .delete();
                client.secrets()
                        .inNamespace(namespace)
                        .withName(spec.name(executor))
                        .delete();
            } catch (KubernetesClientException failure) {
                if (failure.getCode() != NOT_FOUND) {
                    LOG.debug("executor={} could not be deleted and will be again", executor, failure);
                    later(() -> delete(executor));
                }
            }
        });
    }

    private void deleteSecret(ExecutorId executor) {
        try {
            client.secrets()
                    .inNamespace(namespace)
                    .withName(spec.name(executor))
                    .delete();
        } catch (KubernetesClientException failure) {
            LOG.debug("The secret of executor={} could not be deleted", executor, failure);
        }
    }

    /** Hears of the pods from now on. */
    public void watch() {
        call(() -> {
            try {
                watch = client.pods().inNamespace(namespace).withLabels(labels).watch(new News());
                if (closed) {
                    watch.close();
                }
                // Apart from the watch: a list that fails is made again, and must not open a second watch.
                poll();
            } catch (KubernetesClientException failure) {
                LOG.debug("Pods cannot be watched now", failure);
                later(this::watch);
            }
        });
    }

    /** Asks for all pods. */
    public void poll() {
        call(() -> {
            try {
                list();
            } catch (KubernetesClientException failure) {
                LOG.debug("Pods cannot be listed now", failure);
            }
        });
    }

    private void list() {
        long begun = clock.nanoTime();
        List<PodState> states = client.pods().inNamespace(namespace).withLabels(labels).list().getItems().stream()
                .flatMap(pod -> PodStates.of(pod).stream())
                .toList();
        post(() -> allocation.listed(states, begun));
    }

    /** Looks for what the cluster's events say about pods that do not start. */
    public void puzzleOver(List<ExecutorId> executors) {
        for (ExecutorId executor : executors) {
            call(() -> {
                try {
                    warning(executor);
                } catch (KubernetesClientException failure) {
                    LOG.debug("Events cannot be listed", failure);
                }
            });
        }
    }

    private void warning(ExecutorId executor) {
        PodEvents.latest(client, namespace, spec.name(executor))
                .ifPresent(obstacle -> post(() -> allocation.warned(executor, obstacle)));
    }

    /**
     * Stops hearing of pods, and has all of the application deleted. Waits for their end, but no longer than it is told to:
     * a busy kubelet takes its time, and needs nobody for it.
     *
     * @return whether the cluster is at it
     */
    public boolean close(Duration patience) {
        closed = true;
        Watch open = watch;
        if (open != null) {
            open.close();
        }
        if (!hasMade()) {
            // Asking a server that is not the right one takes long, and there is nothing to ask for.
            return true;
        }
        try {
            // What never ran needs no time to end, and a kubelet takes its time to say that it has not begun.
            client.pods()
                    .inNamespace(namespace)
                    .withLabels(labels)
                    .withField("status.phase", "Pending")
                    .withGracePeriod(0)
                    .delete();
            client.pods()
                    .inNamespace(namespace)
                    .withLabels(labels)
                    .withGracePeriod(GRACE_SECONDS)
                    .delete();
            client.secrets().inNamespace(namespace).withLabels(labels).delete();
        } catch (KubernetesClientException failure) {
            LOG.debug("Pods are left", failure);
            return false;
        }
        awaitEnd(patience);
        return true;
    }

    private void awaitEnd(Duration patience) {
        try {
            client.pods()
                    .inNamespace(namespace)
                    .withLabels(labels)
                    .informOnCondition(List::isEmpty)
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException notYet) {
            LOG.info("Pods of this application are still ending");
        }
    }

    /** Whether the server may have made anything. */
    public boolean hasMade() {
        return made.get() > 0;
    }

    /** What to tell a person who has to delete by hand. */
    public String selector() {
        return "kubectl -n " + namespace + " delete pods,secrets -l " + Labels.APPLICATION + "="
                + spec.recipe().application();
    }

    private void call(Runnable request) {
        try {
            calls.execute(request);
        } catch (RejectedExecutionException ended) {
            LOG.debug("The backend has ended", ended);
        }
    }

    private void post(Runnable news) {
        try {
            loop.execute(news);
        } catch (RejectedExecutionException ended) {
            LOG.debug("The backend has ended", ended);
        }
    }

    private void later(Runnable request) {
        if (!closed) {
            try {
                loop.schedule(request, RETRY_SECONDS, TimeUnit.SECONDS);
            } catch (RejectedExecutionException ended) {
                LOG.debug("The backend has ended", ended);
            }
        }
    }

    /** What the watch brings. */
    private final class News implements Watcher<Pod> {
        @Override
        public void eventReceived(Action action, Pod pod) {
            PodStates.of(pod).ifPresent(state -> {
                switch (action) {
                    case ADDED, MODIFIED -> post(() -> allocation.seen(state));
                    case DELETED -> post(() -> allocation.gone(state));
                    default -> poll();
                }
            });
        }

        @Override
        public void onClose(WatcherException cause) {
            LOG.debug("The watch ended; pods are listed, and watched again", cause);
            later(ExecutorPods.this::watch);
        }

        @Override
        public void onClose() {
            LOG.debug("The watch was closed");
        }
    }
}
