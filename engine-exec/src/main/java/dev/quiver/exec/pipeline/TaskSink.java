package dev.quiver.exec.pipeline;

/** What becomes of the rows of a task. Immutable, shared by all tasks of a stage. */
interface TaskSink {
    /** Pulls the rows it wants. */
    TaskProduct drain(Cursor rows, int partition, TaskRun run) throws Exception;

    /** The sink as one that is pushed every row; or null when it must pull, because it may want less than all. */
    default PushSink push(int partition, TaskRun run) throws Exception {
        return null;
    }

    /** Whether {@link #drain} takes the batches of a source as they are, and so better than rows pushed one by one. */
    default boolean takesBatches() {
        return false;
    }

    /** Whether {@link #push} gives a sink. */
    default boolean isPushed() {
        return false;
    }
}
