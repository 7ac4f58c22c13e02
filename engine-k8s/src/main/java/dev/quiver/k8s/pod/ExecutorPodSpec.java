package dev.quiver.k8s.pod;

import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.backend.ExecutorRecipe;
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
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The pod of an executor, and the secret that holds its greeting. A pure function: the same configuration and the same
 * executor give the same objects.
 *
 * <p>The process runs as nobody in particular, cannot become more, and writes to nothing but its own volumes. Only this
 * pod mounts its greeting.
 *
 * @param recipe   what executors are made from
 * @param settings of their pods
 * @param template that they start from
 * @param owner    with which they go, or null
 */
public record ExecutorPodSpec(ExecutorRecipe recipe, PodSettings settings, Pod template, OwnerReference owner) {
    /** The container that the engine runs in; one of that name in a template is taken, else its first. */
    public static final String CONTAINER = "executor";

    /** Nobody's number on any common system. */
    static final long USER = 10_185;

    static final String GREETING_KEY = "greeting";

    private static final String GREETING_FOLDER = "/etc/quiver/greeting";
    private static final String WORK_FOLDER = "/var/lib/quiver";
    private static final String CLASS_PATH = "/opt/quiver/jars/*";
    private static final String ADDRESS_VARIABLE = "QUIVER_POD_IP";
    private static final List<String> LOGGING = List.of(
            "-Dlog4j2.configurationFile=/opt/quiver/conf/log4j2.xml",
            "-Dslf4j.provider=dev.quiver.runtime.logging.LoggingOnDemand",
            "-Dslf4j.internal.verbosity=WARN");

    /** Only the owner may read, before the group is added that makes the process an owner of its volumes. */
    private static final int OWNER_READS = 0400;

    /** The name of an executor's pod, and of its secret. */
    public String name(ExecutorId executor) {
        return name(recipe.application(), executor);
    }

    /** The name of an executor's pod, and of its secret. */
    public static String name(String application, ExecutorId executor) {
        return "quiver-" + application + "-exec-" + executor.name();
    }

    /** Its greeting, which only its pod sees. */
    public Secret secret(ExecutorId executor) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name(executor))
                .withLabels(Labels.executor(recipe.application(), executor))
                .withOwnerReferences(owners())
                .endMetadata()
                .withType("Opaque")
                .withImmutable(true)
                .withData(Map.of(
                        GREETING_KEY,
                        Base64.getEncoder().encodeToString(recipe.greeting().apply(executor))))
                .build();
    }

    /** Its pod. */
    public Pod pod(ExecutorId executor) {
        Map<String, String> labels = new LinkedHashMap<>(settings.labels());
        labels.putAll(Labels.executor(recipe.application(), executor));
        PodFluent<PodBuilder>.SpecNested<PodBuilder> spec = new PodBuilder(template)
                .editOrNewMetadata()
                .withName(name(executor))
                .withNamespace(null)
                .addToLabels(labels)
                .addToAnnotations(settings.annotations())
                .addAllToOwnerReferences(owners())
                .endMetadata()
                .editOrNewSpec()
                .withRestartPolicy("Never")
                .withTerminationGracePeriodSeconds(settings.gracePeriod().toSeconds())
                // An executor asks nothing of the API server.
                .withAutomountServiceAccountToken(false)
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
                .addAllToVolumes(volumes(executor))
                .withContainers(containers(executor));
        if (!settings.serviceAccount().isEmpty()) {
            spec.withServiceAccountName(settings.serviceAccount());
        }
        if (!settings.scheduler().isEmpty()) {
            spec.withSchedulerName(settings.scheduler());
        }
        return spec.endSpec().build();
    }

    private List<OwnerReference> owners() {
        return owner == null ? List.of() : List.of(owner);
    }

    /** The engine's container first, then those that a template brings beside it. */
    private List<Container> containers(ExecutorId executor) {
        List<Container> others = new ArrayList<>(
                template.getSpec() == null ? List.of() : template.getSpec().getContainers());
        Container base = others.stream()
                .filter(container -> CONTAINER.equals(container.getName()))
                .findFirst()
                .orElse(others.isEmpty() ? new Container() : others.get(0));
        others.remove(base);
        List<Container> containers = new ArrayList<>();
        containers.add(container(base, executor));
        containers.addAll(others);
        return containers;
    }

    private Container container(Container base, ExecutorId executor) {
        List<String> command = recipe.command()
                .line(
                        executor,
                        new ExecutorRecipe.Place(
                                "java",
                                0,
                                CLASS_PATH,
                                "$(" + ADDRESS_VARIABLE + ")",
                                WORK_FOLDER,
                                GREETING_FOLDER + "/" + GREETING_KEY,
                                LOGGING));
        String memory = String.valueOf(settings.containerBytes(recipe.heap(), recipe.offHeap()));
        String cores = settings.cores().isEmpty() ? String.valueOf(recipe.slots()) : settings.cores();
        ContainerBuilder container = new ContainerBuilder(base)
                .withName(CONTAINER)
                .withImage(settings.image())
                .withImagePullPolicy(settings.pullPolicy())
                .withCommand(command)
                .withArgs()
                .withWorkingDir(WORK_FOLDER)
                .addAllToEnv(environment())
                .addAllToVolumeMounts(mounts())
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .editOrNewResources()
                .addToRequests("memory", new Quantity(memory))
                .addToRequests("cpu", new Quantity(cores))
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
            container
                    .editResources()
                    .addToLimits("cpu", new Quantity(settings.coreLimit()))
                    .endResources();
        }
        return container.build();
    }

    private List<EnvVar> environment() {
        List<EnvVar> variables = new ArrayList<>();
        variables.add(new EnvVarBuilder()
                .withName(ADDRESS_VARIABLE)
                .withNewValueFrom()
                .withNewFieldRef("v1", "status.podIP")
                .endValueFrom()
                .build());
        settings.environment().forEach((name, value) -> variables.add(new EnvVar(name, value, null)));
        settings.secretVariables().forEach((name, reference) -> {
            SecretKey key = SecretKey.parse(PodSettings.SECRET_VARIABLES, reference);
            variables.add(new EnvVarBuilder()
                    .withName(name)
                    .withNewValueFrom()
                    .withNewSecretKeyRef(key.key(), key.secret(), false)
                    .endValueFrom()
                    .build());
        });
        return variables;
    }

    private List<Volume> volumes(ExecutorId executor) {
        List<Volume> volumes = new ArrayList<>();
        volumes.add(secretVolume("quiver-greeting", name(executor)));
        volumes.add(new VolumeBuilder()
                .withName("quiver-work")
                .withNewEmptyDir()
                .endEmptyDir()
                .build());
        settings.secretMounts().keySet().forEach(secret -> volumes.add(secretVolume("secret-" + secret, secret)));
        return volumes;
    }

    private static Volume secretVolume(String name, String secret) {
        return new VolumeBuilder()
                .withName(name)
                .withNewSecret()
                .withSecretName(secret)
                .withDefaultMode(OWNER_READS)
                .endSecret()
                .build();
    }

    private List<VolumeMount> mounts() {
        List<VolumeMount> mounts = new ArrayList<>();
        mounts.add(mount("quiver-greeting", GREETING_FOLDER, true));
        mounts.add(mount("quiver-work", WORK_FOLDER, false));
        settings.secretMounts().forEach((secret, folder) -> mounts.add(mount("secret-" + secret, folder, true)));
        return mounts;
    }

    private static VolumeMount mount(String volume, String folder, boolean readOnly) {
        return new VolumeMountBuilder()
                .withName(volume)
                .withMountPath(folder)
                .withReadOnly(readOnly)
                .build();
    }
}
