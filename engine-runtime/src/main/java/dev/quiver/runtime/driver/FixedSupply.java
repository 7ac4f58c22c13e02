package dev.quiver.runtime.driver;

import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.port.ExecutorSupply;

/** Executors that are let go end; how many there are is the backend's own affair. */
record FixedSupply(Control.Backends backends) implements ExecutorSupply {
    @Override
    public void request(int executors) {}

    @Override
    public void release(ExecutorId executor, String reason) {
        backends.kill(executor, reason);
    }
}
