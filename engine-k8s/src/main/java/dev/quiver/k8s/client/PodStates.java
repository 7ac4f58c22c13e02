package dev.quiver.k8s.client;

import dev.quiver.id.ExecutorId;
import dev.quiver.k8s.allocate.PodState;
import dev.quiver.k8s.allocate.PodState.ContainerEnd;
import dev.quiver.k8s.allocate.PodState.Obstacle;
import dev.quiver.k8s.allocate.PodState.Phase;
import dev.quiver.k8s.pod.ExecutorPodSpec;
import dev.quiver.k8s.pod.Labels;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a pod's status says of its executor. */
final class PodStates {
    /** Reasons for which a container waits that only a change by a person ends, and what to change. */
    private static final Map<String, String> HOPELESS = Map.of(
            "ErrImagePull", "check quiver.kubernetes.container.image and its pull secrets",
            "ImagePullBackOff", "check quiver.kubernetes.container.image and its pull secrets",
            "ErrImageNeverPull",
                    "load the image onto the nodes, or change quiver.kubernetes.container.image.pullPolicy",
            "InvalidImageName", "check quiver.kubernetes.container.image",
            "CreateContainerConfigError",
                    "check the secrets, config maps and keys that the settings and the template name",
            "CreateContainerError", "check the image and the template",
            "RunContainerError", "check the image and the template");

    private PodStates() {}

    /** The state of an executor's pod; empty when it is none. */
    static Optional<PodState> of(Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        String number = labels == null ? null : labels.get(Labels.EXECUTOR);
        if (number == null) {
            return Optional.empty();
        }
        return Optional.of(of(pod, new ExecutorId(number, 0), ExecutorPodSpec.CONTAINER));
    }

    /** The state of a pod that is no executor's. */
    static PodState of(Pod pod, String containerName) {
        return of(pod, new ExecutorId("driver", 0), containerName);
    }

    private static PodState of(Pod pod, ExecutorId executor, String containerName) {
        PodStatus status = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
        ContainerStatus container = status.getContainerStatuses().stream()
                .filter(candidate -> candidate.getName().equals(containerName))
                .findFirst()
                .orElse(null);
        return new PodState(
                executor,
                phase(status.getPhase()),
                pod.getMetadata().getDeletionTimestamp() != null,
                text(status.getReason()),
                text(status.getMessage()),
                end(container),
                obstacle(pod, status, container));
    }

    private static Phase phase(String phase) {
        return switch (text(phase)) {
            case "Running" -> Phase.RUNNING;
            case "Succeeded", "Failed" -> Phase.ENDED;
            default -> Phase.PENDING;
        };
    }

    private static Optional<ContainerEnd> end(ContainerStatus container) {
        ContainerStateTerminated end = container == null || container.getState() == null
                ? null
                : container.getState().getTerminated();
        return Optional.ofNullable(end)
                .map(state -> new ContainerEnd(state.getExitCode(), text(state.getReason()), text(state.getMessage())));
    }

    private static Optional<Obstacle> obstacle(Pod pod, PodStatus status, ContainerStatus container) {
        // What runs before the engine's container may be in its way too.
        List<ContainerStatus> all = new ArrayList<>(status.getInitContainerStatuses());
        if (container != null) {
            all.add(container);
        }
        for (ContainerStatus each : all) {
            ContainerStateWaiting waiting =
                    each.getState() == null ? null : each.getState().getWaiting();
            if (waiting != null && HOPELESS.containsKey(text(waiting.getReason()))) {
                return Optional.of(new Obstacle(
                        true,
                        "pod " + pod.getMetadata().getName() + ": " + waiting.getReason() + " ("
                                + oneLine(waiting.getMessage()) + "); " + HOPELESS.get(waiting.getReason())));
            }
        }
        for (PodCondition condition : status.getConditions()) {
            if (condition.getType().equals("PodScheduled")
                    && condition.getStatus().equals("False")) {
                String message = oneLine(condition.getMessage());
                boolean noClaim = message.contains("persistentvolumeclaim") && message.contains("not found");
                return Optional.of(new Obstacle(
                        noClaim,
                        "pod " + pod.getMetadata().getName() + ": " + text(condition.getReason()) + " (" + message
                                + (noClaim
                                        ? "); create it, or check the settings and the template that name it"
                                        : "); add nodes, or ask for less with quiver.executor.memory,"
                                                + " quiver.kubernetes.executor.request.cores or"
                                                + " quiver.kubernetes.executor.nodeSelector")));
            }
        }
        return Optional.empty();
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }

    private static String oneLine(String message) {
        return text(message).strip().replaceAll("\\s+", " ");
    }
}
