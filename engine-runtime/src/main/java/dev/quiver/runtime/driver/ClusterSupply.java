package dev.quiver.runtime.driver;

import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.backend.ClusterBackend;
import dev.quiver.scheduler.port.ExecutorSupply;

/** As many executors as the scheduler wants, from a cluster that can give more or fewer. */
record ClusterSupply(ClusterBackend backend) implements ExecutorSupply {
    @Override
    public void request(int executors) {
        backend.requestExecutors(executors);
    }

    @Override
    public void release(ExecutorId executor, String reason) {
        backend.release(executor, reason);
    }
}
