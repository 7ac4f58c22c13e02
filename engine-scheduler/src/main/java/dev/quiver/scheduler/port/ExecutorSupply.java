package dev.quiver.scheduler.port;

import dev.quiver.id.ExecutorId;

/** Where executors come from and go to. Called on the scheduler's loop; never blocks; what it does is heard of later. */
public interface ExecutorSupply {
    /** Where nobody can add or take executors. */
    ExecutorSupply NONE = new ExecutorSupply() {
        @Override
        public void request(int executors) {}

        @Override
        public void release(ExecutorId executor, String reason) {}
    };

    /** How many executors there should be from now on, living and starting ones together. */
    void request(int executors);

    /** An executor does nothing and is not wanted any more: it may end, and need not be replaced. */
    void release(ExecutorId executor, String reason);
}
