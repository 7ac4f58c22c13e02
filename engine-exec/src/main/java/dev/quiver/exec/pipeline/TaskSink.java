package dev.quiver.exec.pipeline;

/** What becomes of the rows of a task. Immutable, shared by all tasks of a stage. */
interface TaskSink {
    TaskProduct drain(Cursor rows, int partition, TaskRun run) throws Exception;
}
