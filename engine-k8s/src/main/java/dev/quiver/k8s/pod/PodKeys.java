package dev.quiver.k8s.pod;

import dev.quiver.config.Bytes;
import dev.quiver.config.ConfigKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The settings of one kind of pod: those of executors and of drivers have the same under two names. */
public final class PodKeys {
    private static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");

    static final ConfigKey<String> IMAGE = ConfigKey.text("kubernetes.container.image", "")
            .doc("Image that pods run, with the engine in /opt/quiver. 'quiver image' builds one.");
    static final ConfigKey<String> PULL_POLICY = ConfigKey.text("kubernetes.container.image.pullPolicy", "IfNotPresent")
            .check(PULL_POLICIES::contains, "be Always, IfNotPresent or Never")
            .doc("When a node fetches the image.");
    static final ConfigKey<String> PULL_SECRETS = ConfigKey.text("kubernetes.container.image.pullSecrets", "")
            .doc("Secrets to fetch the image with, separated by commas.");
    static final ConfigKey<String> SCHEDULER = ConfigKey.text("kubernetes.scheduler.name", "")
            .doc("The scheduler that places pods, such as volcano or yunikorn; empty means the cluster's own.");

    /** Those of executor pods. */
    public static final PodKeys EXECUTOR = new PodKeys("executor", "executor.cores");

    /** Those of driver pods, in cluster mode. */
    public static final PodKeys DRIVER = new PodKeys("driver", "1");

    final ConfigKey<String> serviceAccount;
    final ConfigKey<String> cores;
    final ConfigKey<String> coreLimit;
    final ConfigKey<Bytes> overhead;
    final ConfigKey<Double> overheadFactor;
    final ConfigKey<String> labels;
    final ConfigKey<String> annotations;
    final ConfigKey<String> environment;
    final ConfigKey<String> nodeSelector;
    final ConfigKey<String> secretMounts;
    final ConfigKey<String> secretVariables;
    final ConfigKey<String> volumes;
    final ConfigKey<String> localVolumes;
    final ConfigKey<String> template;
    final ConfigKey<Duration> gracePeriod;

    private PodKeys(String role, String usualCores) {
        String prefix = "kubernetes." + role + ".";
        String one = role.equals("executor") ? "an executor" : "a driver";
        serviceAccount = ConfigKey.text("kubernetes.authenticate." + role + ".serviceAccountName", "")
                .doc("Service account of " + role + " pods"
                        + (role.equals("driver")
                                ? ", which needs the permissions of deploy/rbac.yaml"
                                : ", which need no permission")
                        + "; empty means the namespace's default.");
        cores = ConfigKey.text(prefix + "request.cores", "")
                .doc("Processors that " + one + " pod requests, such as 500m; empty means " + usualCores + ".");
        coreLimit = ConfigKey.text(prefix + "limit.cores", "")
                .doc("Processors that " + one + " pod gets at most; empty means no limit.");
        overhead = ConfigKey.mebibytes(role + ".memoryOverhead", Bytes.of(0))
                .doc("Memory of " + one
                        + "'s container beside heap and off-heap memory: threads, classes, buffers. 0" + " means "
                        + role + ".memoryOverheadFactor of the heap, at least 384 MiB.");
        overheadFactor = ConfigKey.decimal(role + ".memoryOverheadFactor", 0.1)
                .check(value -> value >= 0 && value <= 10, "be from 0 to 10")
                .doc("The part of " + one + "'s heap that its container has on top of it.");
        labels = pairs(prefix + "labels", "More labels of " + role + " pods", "name=value");
        annotations = pairs(prefix + "annotations", "Annotations of " + role + " pods", "name=value");
        environment = pairs(prefix + "environment", "Environment variables in " + role + " pods", "NAME=value");
        nodeSelector =
                pairs(prefix + "nodeSelector", "Labels that the nodes of " + role + " pods must have", "name=value");
        secretMounts = pairs(prefix + "secrets", "Secrets to mount into " + role + " pods", "secret=/folder");
        secretVariables = pairs(
                prefix + "secretEnvironment",
                "Environment variables in " + role + " pods from secrets",
                "NAME=secret:key");
        volumes = ConfigKey.text(prefix + "volumes", "")
                .doc("Volumes of " + role + " pods, separated by semicolons: type=TYPE,path=/folder and options, where"
                        + " TYPE is " + VolumeKind.names() + "; see docs/kubernetes.md.");
        localVolumes = ConfigKey.text(prefix + "localVolumes", "")
                .doc("Volumes for the working files of " + role + " pods (shuffle files, cached blocks), one on each"
                        + " disk, written as those of volumes; path may be left out. Empty means an emptyDir on the"
                        + " node's disk.");
        template = ConfigKey.text(prefix + "podTemplateFile", "")
                .doc("File with a pod in YAML or JSON that " + role + " pods start from: its volumes, affinity,"
                        + " tolerations, priority and more stay; what"
                        + " the engine needs, and what other settings"
                        + " say, wins.");
        gracePeriod = ConfigKey.duration(prefix + "terminationGracePeriod", Duration.ofSeconds(30))
                .check(value -> !value.isNegative(), "be 0 or more")
                .doc("How long " + one + " pod that is asked to end may take"
                        + (role.equals("executor") ? ": it hands over its data in that time." : "."));
    }

    private static ConfigKey<String> pairs(String name, String what, String form) {
        return ConfigKey.text(name, "").doc(what + ": " + form + ", separated by commas.");
    }

    /** The file with the pod to start from. */
    public ConfigKey<String> template() {
        return template;
    }

    /** Every key of both kinds. */
    public static List<ConfigKey<?>> keys() {
        List<ConfigKey<?>> keys = new ArrayList<>(List.of(IMAGE, PULL_POLICY, PULL_SECRETS, SCHEDULER));
        for (PodKeys role : List.of(EXECUTOR, DRIVER)) {
            keys.addAll(List.of(
                    role.serviceAccount,
                    role.cores,
                    role.coreLimit,
                    role.overhead,
                    role.overheadFactor,
                    role.labels,
                    role.annotations,
                    role.environment,
                    role.nodeSelector,
                    role.secretMounts,
                    role.secretVariables,
                    role.volumes,
                    role.localVolumes,
                    role.template,
                    role.gracePeriod));
        }
        return List.copyOf(keys);
    }
}
