package dev.quiver.runtime.driver;

import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.engine.Engine;
import dev.quiver.runtime.driver.Driver.ClusterShape;
import dev.quiver.scheduler.backend.ClusterManager;

/** Starts a driver for each kind of master. The engine it returns owns all it opened. */
public final class Driver {
    /**
     * How many executor processes, and how large.
     *
     * @param slots  tasks each runs at once
     * @param memory heap of each
     */
    public record ClusterShape(int executors, int slots, Bytes memory) {}

    private Driver() {}

    /** An engine whose one executor lives in this process. */
    public static Engine inOneProcess(Config config, int slots) {
        return OneProcess.start(config, slots);
    }

    /** An engine whose executors are processes of this machine. They start while the caller goes on. */
    public static Engine acrossProcesses(Config config, ClusterShape shape) {
        return ManyProcesses.start(config, shape, new Cluster.ThisMachine());
    }

    /** An engine whose executors a cluster manager starts, while the caller goes on. */
    public static Engine onCluster(Config config, ClusterShape shape, ClusterManager manager, String master) {
        return ManyProcesses.start(config, shape, new Cluster.Managed(manager, master, config));
    }
}
