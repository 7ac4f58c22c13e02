package dev.quiver.exec.task;

/** The task was told to stop, and did. */
public final class TaskKilled extends RuntimeException {
    private static final long serialVersionUID = 1;

    public TaskKilled() {
        super("the task was told to stop", null, false, false);
    }
}
