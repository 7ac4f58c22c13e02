package dev.quiver.k8s.pod;

import dev.quiver.config.Bytes;
import dev.quiver.scheduler.backend.ClusterApplication;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The pod of a driver, and the config map that holds its settings. A pure function.
 *
 * @param id          that tells this submission from others; part of every name
 * @param application what runs in it
 * @param settings    of the pod
 * @param template    that it starts from
 * @param jars        paths of the application's jars in the pod
 * @param orders      for what waits for the jars before the driver starts; empty when there is nothing to wait for
 */
public record DriverPodSpec(
        String id,
        ClusterApplication application,
        PodSettings settings,
        Pod template,
        List<String> jars,
        List<String> orders) {
    /** The container that the driver runs in. */
    public static final String CONTAINER = "driver";

    /** The container that runs before, until the jars are there. */
    public static final String JARS_CONTAINER = "jars";

    /** The engine in the image. */
    public static final String CLASS_PATH = PodShape.CLASS_PATH;

    /** Where jars are put. */
    public static final String JAR_FOLDER = PodShape.WORK_FOLDER + "/jars";

    private static final String SETTINGS_FOLDER = "/etc/quiver/driver";
    private static final String SETTINGS_FILE = "quiver.properties";
    private static final String SETTINGS_VOLUME = "quiver-settings";
    private static final String RECEIVER = "dev.quiver.k8s.submit.JarReceiver";

    /** The name of the pod, and of its config map. */
    public String name() {
        return "quiver-" + id + "-driver";
    }

    /** What all objects of this submission have. */
    public Map<String, String> labels() {
        Map<String, String> labels = new TreeMap<>();
        labels.put(Labels.SUBMISSION, id);
        labels.put(Labels.ROLE, Labels.DRIVER_ROLE);
        return labels;
    }

    /** Its settings. They name the pod itself, which owns the pods of its executors. */
    public ConfigMap configMap(String namespace) {
        Map<String, String> all = new TreeMap<>(application.settings());
        all.put("quiver.kubernetes.driver.pod.name", name());
        all.put("quiver.kubernetes.namespace", namespace);
        all.putIfAbsent("quiver.local.dir", String.join(",", LocalPlaces.of(template, CONTAINER, settings)));
        StringBuilder text = new StringBuilder();
        all.forEach((key, value) -> text.append(key)
                .append('=')
                .append(value.replace("\\", "\\\\").replace("\n", "\\n"))
                .append('\n'));
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name())
                .withLabels(labels())
                .endMetadata()
                .withData(Map.of(SETTINGS_FILE, text.toString()))
                .build();
    }

    /** The pod. */
    public Pod pod() {
        Volume volume = new VolumeBuilder()
                .withName(SETTINGS_VOLUME)
                .withNewConfigMap()
                .withName(name())
                .endConfigMap()
                .build();
        return new PodShape(
                        name(),
                        labels(),
                        CONTAINER,
                        command(),
                        settings.containerBytes(application.driverHeap(), Bytes.of(0)),
                        "1",
                        true,
                        List.of(),
                        List.of(volume),
                        List.of(PodShape.mount(SETTINGS_VOLUME, SETTINGS_FOLDER, true)),
                        orders.isEmpty() ? List.of() : List.of(receiver()),
                        List.of())
                .pod(template, settings);
    }

    private Container receiver() {
        List<String> command =
                new ArrayList<>(List.of("java", "-Xmx64m", "-XX:+UseSerialGC", "-cp", PodShape.CLASS_PATH, RECEIVER));
        command.addAll(orders);
        return new ContainerBuilder()
                .withName(JARS_CONTAINER)
                .withCommand(command)
                .build();
    }

    private List<String> command() {
        return application
                .command()
                .line(new ClusterApplication.Place(
                        "java",
                        PodShape.CLASS_PATH,
                        "$(" + PodShape.ADDRESS_VARIABLE + ")",
                        PodShape.WORK_FOLDER,
                        SETTINGS_FOLDER + "/" + SETTINGS_FILE,
                        jars,
                        PodShape.LOGGING));
    }
}
