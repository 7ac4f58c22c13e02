package dev.quiver.k8s.client;

import dev.quiver.k8s.allocate.PodState.Obstacle;
import io.fabric8.kubernetes.api.model.Event;

/** What the cluster's events say of a pod. */
final class PodEvents {
    private PodEvents() {}

    /** The event as an obstacle. A volume whose secret or config map is missing waits for a person. */
    static Obstacle obstacle(String pod, Event event) {
        String message = String.valueOf(event.getMessage()).strip().replaceAll("\\s+", " ");
        boolean missing = "FailedMount".equals(event.getReason()) && message.contains("not found");
        return new Obstacle(
                missing,
                "pod " + pod + ": " + event.getReason() + " (" + message + ")"
                        + (missing
                                ? "; create what is missing, or check the settings and the template that name it"
                                : ""));
    }
}
