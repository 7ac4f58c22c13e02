package dev.quiver.runtime.process;

import dev.quiver.config.Bytes;
import dev.quiver.scheduler.backend.ClusterApplication;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a driver in a cluster: what {@code quiver submit} would run there in client mode.
 *
 * @param heap      of its JVM
 * @param master    as it is reached from inside the cluster
 * @param name      of the application, or null
 * @param mainClass null for that of the jar
 * @param arguments of the application
 */
public record DriverCommand(Bytes heap, String master, String name, String mainClass, List<String> arguments)
        implements ClusterApplication.Command {
    private static final String MAIN_CLASS = "dev.quiver.cli.Main";

    @Override
    public List<String> line(ClusterApplication.Place place) {
        List<String> words = new ArrayList<>();
        words.add(place.java());
        words.add("-Xmx" + (heap.value() >> 20) + "m");
        words.add("-XX:+UseParallelGC");
        words.add("-XX:-UsePerfData");
        words.add("-Djava.io.tmpdir=" + place.folder());
        words.addAll(JvmFlags.forUnknownJava());
        words.addAll(place.flags());
        words.addAll(List.of("-cp", place.classPath(), MAIN_CLASS, "submit"));
        words.addAll(List.of("--master", master, "--properties-file", place.properties()));
        words.addAll(List.of("--conf", "quiver.driver.host=" + place.host()));
        if (name != null) {
            words.addAll(List.of("--name", name));
        }
        if (mainClass != null) {
            words.addAll(List.of("--class", mainClass));
        }
        if (place.jars().size() > 1) {
            words.addAll(List.of(
                    "--jars",
                    String.join(",", place.jars().subList(1, place.jars().size()))));
        }
        words.add(place.jars().get(0));
        words.addAll(arguments);
        return words;
    }
}
