package dev.quiver.scheduler.backend;

import dev.quiver.id.ExecutorId;
import java.time.Duration;

/**
 * Where executors come from: processes on this machine, pods of a cluster. It starts as many as it is asked for, says
 * when one ended and why, and gives up loudly when they cannot start. Safe for use by many threads; its methods never
 * block.
 */
public interface ClusterBackend extends AutoCloseable {
    /** Where there are no executors but this process. */
    ClusterBackend NONE = new ClusterBackend() {
        @Override
        public void requestExecutors(int target) {}

        @Override
        public void kill(ExecutorId executor, String reason) {}

        @Override
        public void onReady(ExecutorId executor) {}

        @Override
        public void close() {}
    };

    /** Starts executors until {@code target} of them live, and replaces those that end from then on. */
    void requestExecutors(int target);

    /** Ends an executor that the driver has given up, if it still lives. Another takes its place. */
    void kill(ExecutorId executor, String reason);

    /** Ends an executor that is not needed any more; what was {@linkplain #requestExecutors requested} stands. */
    default void release(ExecutorId executor, String reason) {
        kill(executor, reason);
    }

    /** An executor takes tasks. */
    void onReady(ExecutorId executor);

    /**
     * How long after the loss of a connection this backend may take to say why an executor ended. Shorter, and the driver
     * gives it up without the reason; longer, and its tasks wait.
     */
    default Duration patienceForReasons() {
        return Duration.ofSeconds(2);
    }

    /** Ends all executors and frees what they used; returns when they are gone. Closing twice is harmless. */
    @Override
    void close();

    /** What a backend tells the driver. Implementations may be called from any thread and never block. */
    interface Events {
        /**
         * An executor's process ended.
         *
         * @param reason       exit code or signal, and the last lines it wrote
         * @param causedByTask whether the process ended itself, as when a task calls {@code System.exit}
         */
        void onExecutorEnded(ExecutorId executor, String reason, boolean causedByTask);

        /** An executor is about to be taken away, as when its node is needed: it should get no more tasks. */
        void onExecutorLeaving(ExecutorId executor, String reason);

        /** Why fewer executors than requested live, in the cluster's own words; empty when nothing stands in the way. */
        void onWaiting(String reason);

        /** No executor can be had any more; the reason is for a person. */
        void onGaveUp(String reason);
    }
}
