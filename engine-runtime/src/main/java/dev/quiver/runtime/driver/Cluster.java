package dev.quiver.runtime.driver;

import dev.quiver.config.Config;
import dev.quiver.runtime.process.LocalProcessBackend;
import dev.quiver.scheduler.backend.ClusterBackend;
import dev.quiver.scheduler.backend.ClusterManager;
import dev.quiver.scheduler.backend.ExecutorRecipe;
import java.io.IOException;

/**
 * Where a session's executors run, and how they reach this process.
 */
interface Cluster {
    /** The address to listen at. */
    String bindAddress();

    /** The address executors are told. */
    String host();

    /** The port to listen at; 0 for any that is free. */
    int port();

    /** Whether the number of executors can follow the work. */
    boolean isElastic();

    ClusterBackend start(DriverParts parts, ExecutorRecipe recipe, ClusterBackend.Events events) throws IOException;

    /** Processes of this machine, which nobody outside can reach. */
    record ThisMachine() implements Cluster {
        private static final String LOOPBACK = "127.0.0.1";

        @Override
        public String bindAddress() {
            return LOOPBACK;
        }

        @Override
        public String host() {
            return LOOPBACK;
        }

        @Override
        public int port() {
            return 0;
        }

        @Override
        public boolean isElastic() {
            return false;
        }

        @Override
        public ClusterBackend start(DriverParts parts, ExecutorRecipe recipe, ClusterBackend.Events events)
                throws IOException {
            parts.folders.home();
            return new LocalProcessBackend(recipe, LOOPBACK, parts.folders.locations(), events);
        }
    }

    /** Executors of a cluster manager. */
    record Managed(ClusterManager manager, String master, Config config) implements Cluster {
        @Override
        public String bindAddress() {
            return config.get(DriverSettings.BIND_ADDRESS);
        }

        @Override
        public String host() {
            String host = config.get(DriverSettings.HOST).trim();
            return host.isEmpty() ? manager.reachableHost(master, config) : host;
        }

        @Override
        public int port() {
            return config.get(DriverSettings.PORT);
        }

        @Override
        public boolean isElastic() {
            return true;
        }

        @Override
        public ClusterBackend start(DriverParts parts, ExecutorRecipe recipe, ClusterBackend.Events events) {
            return manager.start(master, config, recipe, events);
        }
    }
}
