package dev.quiver.k8s.client;

import dev.quiver.k8s.allocate.PodState.Obstacle;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;

/** What the cluster's events say of a pod. */
final class PodEvents {
    private PodEvents() {}

    /** What the last warning about a pod says; empty for none. */
    static Optional<Obstacle> latest(KubernetesClient client, String namespace, String pod) {
        List<Event> events = client.v1()
                .events()
                .inNamespace(namespace)
                .withField("involvedObject.name", pod)
                .withField("type", "Warning")
                .list()
                .getItems();
        return events.isEmpty() ? Optional.empty() : Optional.of(obstacle(pod, events.get(events.size() - 1)));
    }

    /** The event as an obstacle. A volume whose secret, config map or folder is missing waits for a person. */
    static Obstacle obstacle(String pod, Event event) {
        String message = String.valueOf(event.getMessage()).strip().replaceAll("\\s+", " ");
        boolean missing = "FailedMount".equals(event.getReason())
                && (message.contains("not found") || message.contains("hostPath type check failed"));
        return new Obstacle(
                missing,
                "pod " + pod + ": " + event.getReason() + " (" + message + ")"
                        + (missing
                                ? "; create what is missing, or check the settings and the template that name it"
                                : ""));
    }
}
