package dev.quiver.k8s.client;

import dev.quiver.QuiverException;
import dev.quiver.k8s.allocate.PodState;
import dev.quiver.k8s.allocate.PodState.ContainerEnd;
import dev.quiver.k8s.allocate.PodState.Obstacle;
import dev.quiver.k8s.allocate.PodState.Phase;
import dev.quiver.k8s.allocate.Refusal;
import dev.quiver.k8s.pod.DriverPodSpec;
import dev.quiver.k8s.pod.Labels;
import dev.quiver.time.Clock;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.LogWatch;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pod of one driver, seen from the process that submitted it. Belongs to one thread, but may be deleted from others. */
public final class DriverPodAtServer {
    private static final Logger LOG = LoggerFactory.getLogger(DriverPodAtServer.class);
    private static final long LOOK_MILLIS = 500;

    /** What only a person can mend may still be a moment's trouble of a registry. */
    private static final long HOPE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** A pod that has not started after this long is looked at more closely. */
    private static final long PUZZLING_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long GRACE_SECONDS = 10;

    /** Of fetching the log of a driver that has ended. */
    private static final int MOST_TRIES = 10;

    private static final int FAILED = 1;

    private final KubernetesClient client;
    private final String namespace;
    private final DriverPodSpec spec;
    private final Clock clock;
    private final Consumer<String> tells;
    private String told = "";
    private Obstacle obstacle;
    private long obstacleNanos;

    /**
     * How a driver ended.
     *
     * @param reason in a sentence, where the exit code does not say everything; else empty
     */
    public record Ended(int exitCode, String reason) {}

    /** @param tells of what becomes of the pod, in lines for a person */
    public DriverPodAtServer(KubernetesClient client, DriverPodSpec spec, Clock clock, Consumer<String> tells) {
        this.client = client;
        this.namespace = client.getNamespace();
        this.spec = spec;
        this.clock = clock;
        this.tells = tells;
    }

    private PodResource pod() {
        return client.pods().inNamespace(namespace).withName(spec.name());
    }

    /**
     * Makes the pod and its settings, which go when it goes.
     *
     * @throws QuiverException if the server refuses; nothing is left then
     */
    public void create() {
        ConfigMap settings = spec.configMap(namespace);
        boolean begun = false;
        try {
            client.configMaps().inNamespace(namespace).resource(settings).create();
            begun = true;
            Pod made = client.pods().inNamespace(namespace).resource(spec.pod()).create();
            client.configMaps()
                    .inNamespace(namespace)
                    .withName(spec.name())
                    .edit(map -> new ConfigMapBuilder(map)
                            .editMetadata()
                            .withOwnerReferences(new OwnerReferenceBuilder()
                                    .withApiVersion("v1")
                                    .withKind("Pod")
                                    .withName(spec.name())
                                    .withUid(made.getMetadata().getUid())
                                    .build())
                            .endMetadata()
                            .build());
        } catch (KubernetesClientException failure) {
            if (begun || Refusals.of(client).mayHaveBeenDone(failure)) {
                delete();
            }
            throw new QuiverException(
                    "the driver cannot be started: "
                            + Refusals.of(client).of(failure).text(),
                    failure);
        }
    }

    /** Waits until the pod can be sent jars. */
    public void awaitReceiver() {
        while (true) {
            Pod seen = look();
            boolean receives = seen.getStatus().getInitContainerStatuses().stream()
                    .filter(container -> container.getName().equals(DriverPodSpec.JARS_CONTAINER))
                    .map(ContainerStatus::getState)
                    .anyMatch(state -> state != null && state.getRunning() != null);
            boolean past = !"Pending".equals(seen.getStatus().getPhase());
            if (receives || past) {
                return;
            }
            pause();
        }
    }

    /** Sends a file. */
    public void send(Path file, String target, String hash) {
        try {
            new FileUpload(pod().inContainer(DriverPodSpec.JARS_CONTAINER)).send(file, target, hash);
        } catch (KubernetesClientException failure) {
            throw new QuiverException(
                    "jar '" + file + "' cannot be sent to pod " + spec.name() + ": "
                            + Refusals.of(client).of(failure).text(),
                    failure);
        }
    }

    /** Shows what the driver prints until it ends. */
    public Ended follow(OutputStream out) {
        Pod seen = look();
        while (!"Running".equals(seen.getStatus().getPhase()) && end(seen).isEmpty()) {
            pause();
            seen = look();
        }
        DriverLog log = new DriverLog(out);
        int triesAfterEnd = 0;
        boolean whole = false;
        while (!whole && triesAfterEnd < MOST_TRIES) {
            boolean over = end(seen).isPresent();
            try (LogWatch connection = connect(log)) {
                CompletableFuture<?> closed = connection.onClose().toCompletableFuture();
                while (end(seen).isEmpty() && !closed.isDone()) {
                    pause();
                    seen = look();
                }
                // One that closed before the end was known may have broken: another brings what it did not.
                whole = end(seen).isPresent() && (over || !closed.isDone());
                if (whole) {
                    awaitClose(closed);
                }
            } catch (KubernetesClientException broken) {
                LOG.debug("The driver's log cannot be had now", broken);
            }
            if (!whole) {
                pause();
                if (end(seen).isEmpty()) {
                    seen = look();
                } else {
                    triesAfterEnd++;
                }
            }
        }
        log.end();
        return end(seen).orElseThrow();
    }

    private LogWatch connect(DriverLog log) {
        return pod().inContainer(DriverPodSpec.CONTAINER)
                .usingTimestamps()
                .sinceTime(log.begin().toString())
                .watchLog(log);
    }

    /** What was printed last may still be on its way. */
    private static void awaitClose(CompletableFuture<?> closed) {
        try {
            closed.get(GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException broken) {
            LOG.debug("The driver's log broke off", broken);
        }
    }

    /** Looks at the pod, and says what has changed. */
    private Pod look() {
        Pod seen = get();
        if (seen == null) {
            throw new QuiverException("driver pod " + spec.name() + " was deleted");
        }
        PodState state = PodStates.of(seen, DriverPodSpec.CONTAINER);
        if (state.phase() == Phase.PENDING) {
            meet(state.obstacle().or(() -> byEvents(seen)).orElse(null));
        } else {
            tell(state.phase() == Phase.RUNNING ? "runs" : "");
        }
        return seen;
    }

    /**
     * The pod, as soon as the server answers; null when there is none.
     *
     * @throws QuiverException if the server goes on saying that this process may not look at it
     */
    private Pod get() {
        long begun = clock.nanoTime();
        while (true) {
            try {
                return pod().get();
            } catch (KubernetesClientException failure) {
                Refusal refusal = Refusals.of(client).of(failure);
                if (refusal.kind() == Refusal.Kind.HOPELESS && clock.nanoTime() - begun > HOPE_NANOS) {
                    throw new QuiverException(
                            "driver pod " + spec.name() + " cannot be looked at: " + refusal.text(), failure);
                }
                tell("the API server does not answer (" + Refusals.words(failure) + "); looked again until it does");
                pause();
            }
        }
    }

    private Optional<Obstacle> byEvents(Pod seen) {
        boolean puzzling = clock.epochMillis()
                        - Instant.parse(seen.getMetadata().getCreationTimestamp())
                                .toEpochMilli()
                > TimeUnit.NANOSECONDS.toMillis(PUZZLING_NANOS);
        return puzzling
                        && seen.getStatus().getInitContainerStatuses().stream()
                                .noneMatch(each -> each.getState() != null
                                        && each.getState().getRunning() != null)
                ? PodEvents.latest(client, namespace, spec.name())
                : Optional.empty();
    }

    private void meet(Obstacle met) {
        long now = clock.nanoTime();
        if (met == null) {
            obstacle = null;
            tell("starts");
            return;
        }
        if (obstacle == null) {
            obstacleNanos = now;
        }
        obstacle = met;
        if (met.hopeless() && now - obstacleNanos > HOPE_NANOS) {
            throw new QuiverException("the driver cannot be started: " + met.text());
        }
        tell("waits: " + met.text());
    }

    private void tell(String state) {
        if (!state.isEmpty() && !state.equals(told)) {
            told = state;
            tells.accept("quiver: driver pod " + spec.name() + " " + state);
        }
    }

    private Optional<Ended> end(Pod seen) {
        PodState state = PodStates.of(seen, DriverPodSpec.CONTAINER);
        if (!state.isOver()) {
            return Optional.empty();
        }
        ContainerEnd end = state.end().orElse(null);
        if (end == null) {
            String said = state.reason().isEmpty()
                    ? "its jars could not be had; see " + logCommand()
                    : state.reason() + " " + state.message();
            return Optional.of(new Ended(FAILED, "driver pod " + spec.name() + " ended before the driver: " + said));
        }
        String reason = end.reason().equals("OOMKilled")
                ? "the driver was killed because it took more memory than its container may; raise --driver-memory or"
                        + " quiver.driver.memoryOverhead"
                : "";
        return Optional.of(new Ended(end.exitCode(), reason));
    }

    /** Deletes the pod, and with it its settings and all that it owns. */
    public void delete() {
        try {
            pod().withGracePeriod(GRACE_SECONDS).delete();
            client.configMaps().inNamespace(namespace).withName(spec.name()).delete();
        } catch (KubernetesClientException failure) {
            tells.accept("quiver: pod " + spec.name() + " could not be deleted (" + Refusals.words(failure) + "); run "
                    + deleteCommand());
        }
    }

    /** What shows the driver's log. */
    public String logCommand() {
        return "kubectl -n " + namespace + " logs -f " + spec.name();
    }

    /** What ends the driver. */
    public String deleteCommand() {
        return "kubectl -n " + namespace + " delete pod -l " + Labels.SUBMISSION + "=" + spec.id();
    }

    private static void pause() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
        if (Thread.interrupted()) {
            throw new QuiverException("interrupted while the driver ran in its pod");
        }
    }
}
