package dev.quiver.k8s.allocate;

import dev.quiver.k8s.allocate.PodState.Obstacle;
import dev.quiver.scheduler.backend.ClusterBackend;
import java.util.List;

/** Says what executors wait for, when that changes. */
final class WaitingReport {
    private final ClusterBackend.Events events;
    private String said = "";

    WaitingReport(ClusterBackend.Events events) {
        this.events = events;
    }

    /**
     * @param refusal   why no more pods are made, or null
     * @param obstacles in the way of those that were
     */
    void update(Refusal refusal, List<Obstacle> obstacles) {
        String text = "";
        if (refusal != null) {
            text = refusal.text()
                    + (refusal.kind() == Refusal.Kind.UNAVAILABLE ? "; it is asked again until it does" : "");
        } else if (!obstacles.isEmpty()) {
            String first = obstacles.get(0).text();
            long others = obstacles.size() - 1;
            text = others == 0 ? first : first + " (and " + others + " more)";
        }
        if (!text.equals(said)) {
            said = text;
            events.onWaiting(text);
        }
    }
}
