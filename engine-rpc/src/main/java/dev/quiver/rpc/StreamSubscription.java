package dev.quiver.rpc;

/** A stream as its receiver holds it. */
public interface StreamSubscription {
    /**
     * Stops the sender. The receiver is called no more, apart from a call that is running now; chunks it holds stay its
     * own to close. Harmless after the end. May be called from any thread.
     *
     * @param reason for a person on the sender's side
     */
    void cancel(String reason);
}
