package dev.quiver.runtime.driver;

import dev.quiver.id.ExecutorId;
import dev.quiver.runtime.driver.Executors.Registered;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.scheduler.port.ExecutorSupply;
import java.time.Duration;

/**
 * Executors that are let go end when nobody reads from them any more, and are ended when they do not; how many there are is
 * the backend's own affair. Belongs to the driver's loop.
 */
record Releases(Executors executors, Control.Later later) implements ExecutorSupply {
    /** Longer than an executor waits for its readers. */
    private static final Duration LIMIT = Duration.ofSeconds(15);

    @Override
    public void request(int executors) {}

    @Override
    public void release(ExecutorId executor, String reason) {
        Registered released = executors.find(executor);
        if (released != null && !released.link.isLocal()) {
            released.released = true;
            released.link.send(new ToExecutor.Leave(reason));
            later.post(LIMIT, new DriverEvent.DisconnectionDue(executor, "it was let go and did not end: " + reason));
        }
    }
}
