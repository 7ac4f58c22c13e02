package dev.quiver.k8s.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the working files of a process in a pod go: to the volumes that the setting for it names, and to those that the
 * template mounts into the engine's container under a name that begins with {@code quiver-local-}; without any, to the
 * volume that every pod of the engine has.
 */
final class LocalPlaces {
    private static final String TEMPLATE_PREFIX = "quiver-local-";

    private LocalPlaces() {}

    /** At least one folder of the container, the settings' first. */
    static List<String> of(Pod template, String container, PodSettings settings) {
        Stream<String> bySetting = settings.localVolumes().stream().map(PodVolume::place);
        Stream<String> byTemplate = PodTemplate.container(template, container).getVolumeMounts().stream()
                .filter(mount -> mount.getName().startsWith(TEMPLATE_PREFIX))
                .map(VolumeMount::getMountPath);
        List<String> places = Stream.concat(bySetting, byTemplate).distinct().toList();
        return places.isEmpty() ? List.of(PodShape.WORK_FOLDER) : places;
    }
}
