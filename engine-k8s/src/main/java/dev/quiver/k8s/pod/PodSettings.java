package dev.quiver.k8s.pod;

import dev.quiver.UsageException;
import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What the settings say of one kind of pod.
 *
 * @param image           of the container
 * @param pullPolicy      {@code Always}, {@code IfNotPresent} or {@code Never}
 * @param pullSecrets     names of secrets for the registry
 * @param serviceAccount  of the pods; empty for the namespace's default
 * @param cores           requested; empty for as many as slots
 * @param coreLimit       limit; empty for none
 * @param overhead        memory of the container beyond the heap, or null for a part of the heap
 * @param overheadFactor  that part
 * @param labels          beside the engine's own
 * @param annotations     of the pods
 * @param environment     of the container
 * @param nodeSelector    labels that a node must have
 * @param secretMounts    secrets to mount, with their folders
 * @param secretVariables environment variables, each from an entry of a secret
 * @param volumes         to mount
 * @param localVolumes    to mount, for working files
 * @param scheduler       that places the pods; empty for the cluster's own
 * @param template        file with a pod that these settings are put onto; empty for none
 * @param gracePeriod     from the request to end to the end
 */
public record PodSettings(
        String image,
        String pullPolicy,
        List<String> pullSecrets,
        String serviceAccount,
        String cores,
        String coreLimit,
        Bytes overhead,
        double overheadFactor,
        Map<String, String> labels,
        Map<String, String> annotations,
        Map<String, String> environment,
        Map<String, String> nodeSelector,
        Map<String, String> secretMounts,
        Map<String, SecretKey> secretVariables,
        List<PodVolume> volumes,
        List<PodVolume> localVolumes,
        String scheduler,
        String template,
        Duration gracePeriod) {
    private static final Bytes LEAST_OVERHEAD = Bytes.mebi(384);

    /**
     * Reads them.
     *
     * @throws UsageException naming the setting that is missing or malformed
     */
    public static PodSettings of(Config config, PodKeys role) {
        String image = config.get(PodKeys.IMAGE).trim();
        if (image.isEmpty()) {
            throw new UsageException(PodKeys.IMAGE.name() + " is not set: name the image that pods run, with --conf "
                    + PodKeys.IMAGE.name() + "=registry/name:tag; 'quiver image' builds one");
        }
        Bytes overhead = config.get(role.overhead);
        PodSettings settings = new PodSettings(
                image,
                config.get(PodKeys.PULL_POLICY),
                names(config.get(PodKeys.PULL_SECRETS)),
                config.get(role.serviceAccount).trim(),
                config.get(role.cores).trim(),
                config.get(role.coreLimit).trim(),
                overhead.value() == 0 ? null : overhead,
                config.get(role.overheadFactor),
                KeyValues.of(config, role.labels),
                KeyValues.of(config, role.annotations),
                KeyValues.of(config, role.environment),
                KeyValues.of(config, role.nodeSelector),
                KeyValues.of(config, role.secretMounts),
                SecretKey.pairs(role.secretVariables, KeyValues.of(config, role.secretVariables)),
                PodVolume.of(config, role.volumes, false),
                PodVolume.of(config, role.localVolumes, true),
                config.get(PodKeys.SCHEDULER).trim(),
                config.get(role.template).trim(),
                config.get(role.gracePeriod));
        PodVolume.requireDistinct(settings.allVolumes(), role.volumes.name() + " and " + role.localVolumes.name());
        return settings;
    }

    /** Those for working files first. */
    List<PodVolume> allVolumes() {
        List<PodVolume> all = new ArrayList<>(localVolumes);
        all.addAll(volumes);
        return all;
    }

    private static List<String> names(String list) {
        return Arrays.stream(list.split(","))
                .map(String::trim)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /** Memory of a container around a JVM of that heap, with volumes that are in memory. */
    long containerBytes(Bytes heap, Bytes offHeap) {
        long beside = overhead != null
                ? overhead.value()
                : Math.max(LEAST_OVERHEAD.value(), (long) (heap.value() * overheadFactor));
        long volumesInMemory =
                allVolumes().stream().mapToLong(PodVolume::memoryBytes).sum();
        return heap.value() + offHeap.value() + beside + volumesInMemory;
    }
}
