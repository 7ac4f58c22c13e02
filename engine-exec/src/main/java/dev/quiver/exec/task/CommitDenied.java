package dev.quiver.exec.task;

/** Another attempt of the same partition may publish its output, so this one may not. Nothing was published. */
public final class CommitDenied extends Exception {
    private static final long serialVersionUID = 1;

    public CommitDenied(String message) {
        super(message);
    }
}
