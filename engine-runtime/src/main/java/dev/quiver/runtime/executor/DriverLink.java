package dev.quiver.runtime.executor;

import dev.quiver.runtime.protocol.DriverQuery;
import dev.quiver.runtime.protocol.ToDriver;
import java.util.concurrent.CompletableFuture;

/** How an executor reaches its driver: a socket, or a reference in the same process. Safe for use by many threads. */
public interface DriverLink {
    /** Sends a message; never blocks. What cannot be sent is lost with the connection, and the executor with it. */
    void tell(ToDriver message);

    /** Asks; the answer may come on any thread. */
    <A> CompletableFuture<A> ask(DriverQuery<A> query);
}
