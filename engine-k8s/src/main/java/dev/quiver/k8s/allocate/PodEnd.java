package dev.quiver.k8s.allocate;

import dev.quiver.k8s.allocate.PodState.ContainerEnd;
import java.util.function.IntPredicate;

/**
 * Why an executor's pod ended, in a sentence, and whether what ran in it did that.
 *
 * @param reason        for a person
 * @param causedByTask  whether the executor ended itself, or took more memory than its container may
 */
record PodEnd(String reason, boolean causedByTask) {
    /** The exit code of a process that a signal ended is its number and this. */
    private static final int SIGNAL_BASE = 128;

    private static final int KILL = 9;
    private static final int TERMINATE = 15;

    private static final String OUT_OF_MEMORY = "OOMKilled";

    /**
     * Why a pod ended that is over.
     *
     * @param blamesNobody exit codes by which an executor says that no task did it
     */
    static PodEnd of(PodState pod, IntPredicate blamesNobody) {
        ContainerEnd end = pod.end().orElse(null);
        if (!pod.reason().isEmpty() && !(end != null && end.reason().equals(OUT_OF_MEMORY))) {
            return new PodEnd("its pod was taken away (" + said(pod.reason(), pod.message()) + ")", false);
        }
        if (end == null) {
            return new PodEnd("its pod ended", false);
        }
        if (end.reason().equals(OUT_OF_MEMORY)) {
            return new PodEnd(
                    "its container was killed because it took more memory than its limit (OOMKilled, exit code "
                            + end.exitCode()
                            + "); raise quiver.executor.memoryOverhead, or lower what the application keeps"
                            + " outside the heap",
                    true);
        }
        if (pod.deleting()) {
            return new PodEnd("its pod was deleted (exit code " + end.exitCode() + ")", false);
        }
        if (end.exitCode() == SIGNAL_BASE + KILL || end.exitCode() == SIGNAL_BASE + TERMINATE) {
            return new PodEnd("its process was killed by signal " + (end.exitCode() - SIGNAL_BASE), false);
        }
        String said = said(end.reason(), end.message());
        return new PodEnd(
                "its process ended with exit code " + end.exitCode() + (said.isEmpty() ? "" : " (" + said + ")"),
                !blamesNobody.test(end.exitCode()));
    }

    /** A pod that is not there any more. */
    static PodEnd gone() {
        return new PodEnd("its pod was deleted", false);
    }

    /** A pod that took too long to start. */
    static PodEnd late(long seconds, String obstacle) {
        return new PodEnd(
                "its pod did not start within " + seconds + " s" + (obstacle.isEmpty() ? "" : ": " + obstacle), false);
    }

    private static String said(String reason, String message) {
        return message.isEmpty() ? reason : reason + ": " + message.strip().replaceAll("\\s+", " ");
    }
}
