package dev.quiver.runtime.driver;

import dev.quiver.id.ExecutorId;
import dev.quiver.runtime.driver.Executors.Registered;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.scheduler.backend.ClusterBackend;
import dev.quiver.scheduler.port.ExecutorSupply;
import java.time.Duration;

/**
 * As many executors as the scheduler wants, from a cluster that can give more or fewer. Those that are let go end when nobody
 * reads from them any more, and are ended when they do not. Belongs to the driver's loop.
 */
record Releases(Executors executors, ClusterBackend backend, Control.Later later) implements ExecutorSupply {
    /** Longer than an executor waits for its readers. */
    private static final Duration LIMIT = Duration.ofSeconds(15);

    @Override
    public void request(int wanted) {
        backend.requestExecutors(wanted);
    }

    @Override
    public void release(ExecutorId executor, String reason) {
        Registered released = executors.find(executor);
        if (released != null) {
            released.released = true;
            released.link.send(new ToExecutor.Leave(reason));
            later.post(LIMIT, new DriverEvent.DisconnectionDue(executor, "it was let go and did not end: " + reason));
        }
    }
}
