package dev.quiver.k8s.allocate;

import dev.quiver.id.ExecutorId;
import dev.quiver.k8s.allocate.PodState.Obstacle;

/** What is known of one pod that should be there. Belongs to the allocation. */
final class ExecutorPod {
    /** How far it is. */
    enum Stage {
        /** The API server was asked and has not answered. */
        ASKED,
        /** It exists. */
        PENDING,
        /** Its process runs, as the cluster says. */
        RUNNING,
        /** It takes tasks, as it says itself. */
        READY
    }

    final ExecutorId id;
    final long askedNanos;
    Stage stage = Stage.ASKED;

    /** When it was first known to exist; a list that began before says nothing of it. */
    long createdNanos;

    /** Whether its end was announced already. */
    boolean leaving;

    /** What its status says is in its way, and what the cluster's events say; null for nothing. */
    private Obstacle byStatus;

    private Obstacle byEvents;
    private long obstacleNanos;

    ExecutorPod(ExecutorId id, long askedNanos) {
        this.id = id;
        this.askedNanos = askedNanos;
    }

    boolean isStarting() {
        return stage == Stage.ASKED || stage == Stage.PENDING;
    }

    /** Its end may only be concluded from what is known later. News of it may come before the answer to who made it. */
    void exists(Stage to, long nowNanos) {
        if (stage == Stage.ASKED) {
            createdNanos = nowNanos;
        }
        advance(to);
    }

    private void advance(Stage to) {
        if (to.compareTo(stage) > 0) {
            stage = to;
        }
    }

    /** Its status says that something is in its way, or null for nothing. */
    void meets(Obstacle met, long nowNanos) {
        mark(met, nowNanos);
        byStatus = met;
    }

    /** Events say that something is in its way. */
    void warned(Obstacle met, long nowNanos) {
        mark(met, nowNanos);
        byEvents = met;
    }

    private void mark(Obstacle met, long nowNanos) {
        if (obstacle() == null && met != null) {
            obstacleNanos = nowNanos;
        }
    }

    /** What is in its way while it starts, or null. */
    Obstacle obstacle() {
        if (!isStarting()) {
            return null;
        }
        return byStatus != null ? byStatus : byEvents;
    }

    /** Whether nothing but a person can help, and that for longer than a moment's trouble may last. */
    boolean isHopeless(long nowNanos, long hopeNanos) {
        Obstacle met = obstacle();
        return met != null && met.hopeless() && nowNanos - obstacleNanos > hopeNanos;
    }
}
