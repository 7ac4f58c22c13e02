package dev.quiver.runtime.cluster;

import dev.quiver.scheduler.backend.ClusterManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The cluster managers that can be asked for.
 *
 * @param all in the order they were found
 */
public record ClusterManagers(List<ClusterManager> all) {
    public ClusterManagers {
        all = List.copyOf(all);
    }

    /** Those on the class path. */
    public static ClusterManagers installed() {
        List<ClusterManager> found = new ArrayList<>();
        ServiceLoader.load(ClusterManager.class, ClusterManagers.class.getClassLoader())
                .forEach(found::add);
        return new ClusterManagers(found);
    }

    /** The one that a master belongs to. */
    public Optional<ClusterManager> accepting(String master) {
        return all.stream().filter(manager -> manager.accepts(master)).findFirst();
    }
}
