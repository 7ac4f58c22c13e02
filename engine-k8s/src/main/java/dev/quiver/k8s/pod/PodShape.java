package dev.quiver.k8s.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodFluent;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A pod of the engine, put onto a template. What a template says stays unless the engine needs something else or a setting
 * says something else: name, restart policy, container of the engine with its image and command, user, read-only root. Its
 * process runs as nobody in particular, cannot become more, and writes to nothing but its volumes.
 *
 * @param name       of the pod
 * @param labels     the engine's own
 * @param container  name of the engine's container; one of that name in the template is taken, else its first
 * @param command    of the container
 * @param bytes      of memory, requested and allowed
 * @param cores      requested where no setting says otherwise
 * @param apiToken   whether it speaks to the API server
 * @param variables  of the container
 * @param volumes    of the pod
 * @param mounts     of the container
 * @param before     containers that run first; their memory and rights are the same
 * @param owners     with which it goes
 */
record PodShape(
        String name,
        Map<String, String> labels,
        String container,
        List<String> command,
        long bytes,
        String cores,
        boolean apiToken,
        List<EnvVar> variables,
        List<Volume> volumes,
        List<VolumeMount> mounts,
        List<Container> before,
        List<OwnerReference> owners) {
    /** The variable that holds the pod's address. */
    static final String ADDRESS_VARIABLE = "QUIVER_POD_IP";

    /** Where a process may write. */
    static final String WORK_FOLDER = "/var/lib/quiver";

    /** The engine in the image. */
    static final String CLASS_PATH = "/opt/quiver/jars/*";

    /** How the engine in the image logs. */
    static final List<String> LOGGING = List.of(
            "-Dlog4j2.configurationFile=/opt/quiver/conf/log4j2.xml",
            "-Dslf4j.provider=dev.quiver.runtime.logging.LoggingOnDemand",
            "-Dslf4j.internal.verbosity=WARN");

    /** Nobody's number on any common system. */
    private static final long USER = 10_185;

    /** Only the owner may read, before the group is added that makes the process an owner of its volumes. */
    static final int OWNER_READS = 0400;

    private static final String WORK_VOLUME = "quiver-work";

    Pod pod(Pod template, PodSettings settings) {
        Map<String, String> all = new LinkedHashMap<>(settings.labels());
        all.putAll(labels);
        PodFluent<PodBuilder>.SpecNested<PodBuilder> spec = new PodBuilder(template)
                .editOrNewMetadata()
                .withName(name)
                .withNamespace(null)
                .addToLabels(all)
                .addToAnnotations(settings.annotations())
                .addAllToOwnerReferences(owners)
                .endMetadata()
                .editOrNewSpec()
                .withRestartPolicy("Never")
                .withTerminationGracePeriodSeconds(settings.gracePeriod().toSeconds())
                .withAutomountServiceAccountToken(apiToken)
                .editOrNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(USER)
                .withRunAsGroup(USER)
                .withFsGroup(USER)
                .endSecurityContext()
                .addToNodeSelector(settings.nodeSelector())
                .addAllToImagePullSecrets(settings.pullSecrets().stream()
                        .map(LocalObjectReference::new)
                        .toList())
                .addAllToVolumes(allVolumes(settings))
                .addAllToInitContainers(
                        before.stream().map(each -> container(each, settings)).toList())
                .withContainers(containers(template, settings));
        if (!settings.serviceAccount().isEmpty()) {
            spec.withServiceAccountName(settings.serviceAccount());
        }
        if (!settings.scheduler().isEmpty()) {
            spec.withSchedulerName(settings.scheduler());
        }
        return spec.endSpec().build();
    }

    /** The engine's container first, then those that a template brings beside it. */
    private List<Container> containers(Pod template, PodSettings settings) {
        List<Container> others = new ArrayList<>(PodTemplate.containers(template));
        Container base = PodTemplate.container(template, container);
        others.remove(base);
        List<Container> containers = new ArrayList<>();
        Container own = new ContainerBuilder(base)
                .withName(container)
                .withCommand(command)
                .withArgs()
                .build();
        containers.add(container(own, settings));
        containers.addAll(others);
        return containers;
    }

    private Container container(Container base, PodSettings settings) {
        String memory = String.valueOf(bytes);
        ContainerBuilder built = new ContainerBuilder(base)
                .withImage(settings.image())
                .withImagePullPolicy(settings.pullPolicy())
                .withWorkingDir(WORK_FOLDER)
                .addAllToEnv(environment(settings))
                .addAllToVolumeMounts(allMounts(settings))
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .editOrNewResources()
                .addToRequests("memory", new Quantity(memory))
                .addToRequests("cpu", new Quantity(settings.cores().isEmpty() ? cores : settings.cores()))
                .addToLimits("memory", new Quantity(memory))
                .endResources()
                .editOrNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .editOrNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext();
        if (!settings.coreLimit().isEmpty()) {
            built.editResources()
                    .addToLimits("cpu", new Quantity(settings.coreLimit()))
                    .endResources();
        }
        return built.build();
    }

    private List<EnvVar> environment(PodSettings settings) {
        List<EnvVar> all = new ArrayList<>();
        all.add(new EnvVarBuilder()
                .withName(ADDRESS_VARIABLE)
                .withNewValueFrom()
                .withNewFieldRef("v1", "status.podIP")
                .endValueFrom()
                .build());
        all.addAll(variables);
        settings.environment().forEach((variable, value) -> all.add(new EnvVar(variable, value, null)));
        settings.secretVariables()
                .forEach((variable, from) -> all.add(new EnvVarBuilder()
                        .withName(variable)
                        .withNewValueFrom()
                        .withNewSecretKeyRef(from.key(), from.secret(), false)
                        .endValueFrom()
                        .build()));
        return all;
    }

    private List<Volume> allVolumes(PodSettings settings) {
        List<Volume> all = new ArrayList<>(volumes);
        all.add(new VolumeBuilder()
                .withName(WORK_VOLUME)
                .withNewEmptyDir()
                .endEmptyDir()
                .build());
        settings.secretMounts().keySet().forEach(secret -> all.add(secretVolume("secret-" + secret, secret)));
        settings.allVolumes().forEach(each -> all.add(each.volume()));
        return all;
    }

    private List<VolumeMount> allMounts(PodSettings settings) {
        List<VolumeMount> all = new ArrayList<>(mounts);
        all.add(mount(WORK_VOLUME, WORK_FOLDER, false));
        settings.secretMounts().forEach((secret, folder) -> all.add(mount("secret-" + secret, folder, true)));
        settings.allVolumes().forEach(each -> all.add(each.mount()));
        return all;
    }

    static Volume secretVolume(String name, String secret) {
        return new VolumeBuilder()
                .withName(name)
                .withNewSecret()
                .withSecretName(secret)
                .withDefaultMode(OWNER_READS)
                .endSecret()
                .build();
    }

    static VolumeMount mount(String volume, String folder, boolean readOnly) {
        return new VolumeMountBuilder()
                .withName(volume)
                .withMountPath(folder)
                .withReadOnly(readOnly)
                .build();
    }
}
