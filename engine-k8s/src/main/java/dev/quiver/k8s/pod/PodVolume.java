package dev.quiver.k8s.pod;

import dev.quiver.UsageException;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A volume that a setting asks for, and where the container sees it.
 *
 * @param memoryBytes that it may take of the container's memory
 */
record PodVolume(Volume volume, VolumeMount mount, long memoryBytes) {
    /** Where local folders are that name no place of their own. */
    private static final String USUAL_PLACE = "/mnt/quiver/";

    /** The folder in the container. */
    String place() {
        return mount.getMountPath();
    }

    /**
     * The volumes of a setting, in the order they were written.
     *
     * @param local whether working files go there: then they need no path, and must be writable
     * @throws UsageException naming the setting, the volume and what is wrong with it
     */
    static List<PodVolume> of(Config config, ConfigKey<String> setting, boolean local) {
        List<PodVolume> volumes = new ArrayList<>();
        for (String text : config.get(setting).split(";")) {
            if (!text.isBlank()) {
                VolumeOptions options = new VolumeOptions(setting, text);
                String usual = (local ? "local-" : "volume-") + (volumes.size() + 1);
                volumes.add(read(options, usual, local));
            }
        }
        return volumes;
    }

    private static PodVolume read(VolumeOptions options, String usualName, boolean local) {
        VolumeKind kind = VolumeKind.of(options);
        String name = options.take("name", usualName);
        boolean readOnly = options.flag("readOnly");
        if (local && (readOnly || !kind.writable)) {
            throw options.wrong("working files cannot be written there");
        }
        VolumeBuilder volume = new VolumeBuilder().withName(name);
        long memory = kind.put(options, volume);
        VolumeMount mount = new VolumeMountBuilder()
                .withName(name)
                .withMountPath(options.folder("path", local ? USUAL_PLACE + name : ""))
                .withSubPath(options.take("subPath", null))
                .withReadOnly(readOnly || !kind.writable)
                .build();
        options.end();
        return new PodVolume(volume.build(), mount, memory);
    }

    /**
     * Refuses two volumes of one name, and two in one place.
     *
     * @throws UsageException naming both settings' volume
     */
    static void requireDistinct(List<PodVolume> volumes, String settings) {
        Map<String, String> seen = new LinkedHashMap<>();
        for (PodVolume each : volumes) {
            String name = each.volume().getName();
            if (seen.put("name " + name, name) != null) {
                throw new UsageException(settings + ": two volumes are named '" + name + "'; give one another 'name'");
            }
            if (seen.put("place " + each.place(), name) != null) {
                throw new UsageException(settings + ": two volumes are at '" + each.place() + "'");
            }
        }
    }
}
