package dev.quiver.runtime.driver;

import dev.quiver.runtime.protocol.ToExecutor;

/** How the driver reaches one executor: a socket, or a reference in the same process. Safe for use by many threads. */
public interface ExecutorLink {
    /** Sends a message; never blocks. What cannot be sent ends as a disconnection. */
    void send(ToExecutor message);

    /** Ends the connection. */
    void close(String reason);
}
