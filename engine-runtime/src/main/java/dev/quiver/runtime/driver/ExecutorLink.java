package dev.quiver.runtime.driver;

import dev.quiver.runtime.protocol.ToExecutor;

/** How the driver reaches one executor: a socket, or a reference in the same process. Safe for use by many threads. */
public interface ExecutorLink {
    /** Sends a message; never blocks. What cannot be sent ends as a disconnection. */
    void send(ToExecutor message);

    /** Sends a message that another follows at once: both may leave together. As {@link #send} otherwise. */
    default void sendAhead(ToExecutor message) {
        send(message);
    }

    /** Whether the executor is in this process, so that objects need not be copied for it. */
    default boolean isLocal() {
        return false;
    }

    /** Ends the connection. */
    void close(String reason);
}
