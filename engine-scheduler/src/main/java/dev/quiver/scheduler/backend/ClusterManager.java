package dev.quiver.scheduler.backend;

import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.io.OutputStream;
import java.util.Collection;
import java.util.function.Consumer;

/**
 * A kind of cluster that executors can be had from; found with {@link java.util.ServiceLoader}. What differs between
 * kinds stands behind this and {@link ClusterBackend}: where executors run, how they are told what to do, and how this
 * process is reached from there.
 */
public interface ClusterManager {
    /** Whether masters of this form are this cluster's. */
    boolean accepts(String master);

    /** The forms it accepts, for the message about an unknown master. */
    String forms();

    /**
     * Looks at a master that this manager accepts, before anything starts and without a network.
     *
     * @throws dev.quiver.UsageException if it is malformed
     */
    void check(String master);

    /** Every setting that is this manager's own. */
    Collection<ConfigKey<?>> keys();

    /**
     * An address of this process that executors of the cluster reach, where no setting names one.
     *
     * @throws dev.quiver.UsageException if there is none
     */
    String reachableHost(String master, Config config);

    /**
     * Gets ready to start executors. Nothing is asked of the cluster until executors are requested.
     *
     * @param recipe what executors are made from
     * @param events told of executors, from threads of the backend
     * @throws dev.quiver.UsageException if a setting is wrong, or the cluster refuses to be spoken to
     */
    ClusterBackend start(String master, Config config, ExecutorRecipe recipe, ClusterBackend.Events events);

    /** The master as a driver names it that runs inside the cluster. */
    String masterInside();

    /**
     * Runs an application's driver in the cluster, and stays with it until it ends, unless a setting says otherwise.
     *
     * @param config what the settings of the application say
     * @param out    gets what the driver prints
     * @param tells  gets what becomes of it, in lines for a person
     * @return the exit code of the driver; 0 when nobody waits for it
     * @throws dev.quiver.QuiverException if it cannot be started, with the reason and the way to mend it
     */
    int submit(String master, Config config, ClusterApplication application, OutputStream out, Consumer<String> tells);
}
