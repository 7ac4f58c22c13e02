package dev.quiver.k8s.allocate;

import dev.quiver.id.ExecutorId;
import java.util.Optional;

/**
 * What the API server says of an executor's pod.
 *
 * @param executor whose pod it is
 * @param phase    how far it is
 * @param deleting whether somebody asked for its end
 * @param reason   of the pod's own status, such as {@code Evicted}; empty for none
 * @param message  beside the reason; empty for none
 * @param end      how the executor's container ended, if it did
 * @param obstacle why it does not start, if something is known
 */
public record PodState(
        ExecutorId executor,
        Phase phase,
        boolean deleting,
        String reason,
        String message,
        Optional<ContainerEnd> end,
        Optional<Obstacle> obstacle) {
    /** How far a pod is. */
    public enum Phase {
        PENDING,
        RUNNING,
        /** All of its containers ended. */
        ENDED
    }

    /**
     * The end of a container.
     *
     * @param exitCode that it returned; 128 and the number of a signal that ended it
     * @param reason   such as {@code OOMKilled}
     * @param message  what it left as its last words; empty for none
     */
    public record ContainerEnd(int exitCode, String reason, String message) {}

    /**
     * Why a pod does not start.
     *
     * @param hopeless whether only a change by a person helps, as with the name of an image
     * @param text     the cluster's own words, with what to do about it
     */
    public record Obstacle(boolean hopeless, String text) {}

    /** Whether the executor in it lives no more. */
    public boolean isOver() {
        return phase == Phase.ENDED || end.isPresent();
    }
}
