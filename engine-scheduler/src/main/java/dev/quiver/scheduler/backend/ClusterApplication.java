package dev.quiver.scheduler.backend;

import dev.quiver.config.Bytes;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An application whose driver shall run inside a cluster.
 *
 * @param name       for people
 * @param jars       where its jars are, its own first: a file of this machine, {@code local:///path} for one that is in the
 *                   image, or a URL that the driver's pod fetches
 * @param settings   of its session, by full name
 * @param driverHeap of the driver's JVM
 * @param command    what starts the driver
 */
public record ClusterApplication(
        String name, List<String> jars, Map<String, String> settings, Bytes driverHeap, Command command) {
    /** The command line of a driver. */
    public interface Command {
        /** The words of the command, the program first. */
        List<String> line(Place place);
    }

    /**
     * What the command line must know of where it runs.
     *
     * @param java       the program
     * @param classPath  the engine's jars
     * @param host       address that executors reach it at
     * @param folder     where it may write
     * @param properties file with the settings
     * @param jars       the application's jars there, in the order of {@link ClusterApplication#jars}
     * @param flags      more flags for its JVM
     */
    public record Place(
            String java,
            String classPath,
            String host,
            String folder,
            String properties,
            List<String> jars,
            List<String> flags) {}

    public ClusterApplication {
        jars = List.copyOf(jars);
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    }
}
