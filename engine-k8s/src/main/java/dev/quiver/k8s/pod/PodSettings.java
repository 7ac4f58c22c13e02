package dev.quiver.k8s.pod;

import dev.quiver.UsageException;
import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What the settings say of executor pods.
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
 * @param secretVariables environment variables, with secret and key as {@code secret:key}
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
        Map<String, String> secretVariables,
        String scheduler,
        String template,
        Duration gracePeriod) {
    private static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");
    private static final Bytes LEAST_OVERHEAD = Bytes.mebi(384);

    static final ConfigKey<String> IMAGE = ConfigKey.text("kubernetes.container.image", "")
            .doc("Image that pods run, with the engine in /opt/quiver. 'quiver image' builds one.");
    static final ConfigKey<String> PULL_POLICY = ConfigKey.text("kubernetes.container.image.pullPolicy", "IfNotPresent")
            .check(PULL_POLICIES::contains, "be Always, IfNotPresent or Never")
            .doc("When a node fetches the image.");
    static final ConfigKey<String> PULL_SECRETS = ConfigKey.text("kubernetes.container.image.pullSecrets", "")
            .doc("Secrets to fetch the image with, separated by commas.");
    static final ConfigKey<String> SERVICE_ACCOUNT = ConfigKey.text(
                    "kubernetes.authenticate.executor.serviceAccountName", "")
            .doc("Service account of executor pods, which need no permission; empty means the namespace's default.");
    static final ConfigKey<String> CORES = ConfigKey.text("kubernetes.executor.request.cores", "")
            .doc("Processors an executor pod requests, such as 500m; empty means executor.cores.");
    static final ConfigKey<String> CORE_LIMIT = ConfigKey.text("kubernetes.executor.limit.cores", "")
            .doc("Processors an executor pod gets at most; empty means no limit.");
    static final ConfigKey<Bytes> OVERHEAD = ConfigKey.mebibytes("executor.memoryOverhead", Bytes.of(0))
            .doc("Memory of an executor's container beside heap and off-heap memory: threads, classes, buffers. 0 means"
                    + " executor.memoryOverheadFactor of the heap, at least 384 MiB.");
    static final ConfigKey<Double> OVERHEAD_FACTOR = ConfigKey.decimal("executor.memoryOverheadFactor", 0.1)
            .check(value -> value >= 0 && value <= 10, "be from 0 to 10")
            .doc("The part of the heap that a container has on top of it.");
    static final ConfigKey<String> LABELS = ConfigKey.text("kubernetes.executor.labels", "")
            .doc("More labels of executor pods: name=value, separated by commas.");
    static final ConfigKey<String> ANNOTATIONS = ConfigKey.text("kubernetes.executor.annotations", "")
            .doc("Annotations of executor pods: name=value, separated by commas.");
    static final ConfigKey<String> ENVIRONMENT = ConfigKey.text("kubernetes.executor.environment", "")
            .doc("Environment variables of executors: NAME=value, separated by commas.");
    static final ConfigKey<String> NODE_SELECTOR = ConfigKey.text("kubernetes.executor.nodeSelector", "")
            .doc("Labels that the nodes of executors must have: name=value, separated by commas.");
    static final ConfigKey<String> SECRET_MOUNTS = ConfigKey.text("kubernetes.executor.secrets", "")
            .doc("Secrets to mount into executor pods: secret=/folder, separated by commas.");
    static final ConfigKey<String> SECRET_VARIABLES = ConfigKey.text("kubernetes.executor.secretEnvironment", "")
            .doc("Environment variables of executors from secrets: NAME=secret:key, separated by commas.");
    static final ConfigKey<String> SCHEDULER = ConfigKey.text("kubernetes.scheduler.name", "")
            .doc("The scheduler that places pods, such as volcano or yunikorn; empty means the cluster's own.");
    public static final ConfigKey<String> TEMPLATE = ConfigKey.text("kubernetes.executor.podTemplateFile", "")
            .doc("File with a pod in YAML or JSON that executor pods start from: its volumes, affinity, tolerations,"
                    + " priority and more stay; what the engine needs, and what other settings say, wins.");
    static final ConfigKey<Duration> GRACE_PERIOD = ConfigKey.duration(
                    "kubernetes.executor.terminationGracePeriod", Duration.ofSeconds(30))
            .check(value -> !value.isNegative(), "be 0 or more")
            .doc("How long an executor pod that is asked to end may take: it hands over its data in that time.");

    public static List<ConfigKey<?>> keys() {
        return List.of(
                IMAGE,
                PULL_POLICY,
                PULL_SECRETS,
                SERVICE_ACCOUNT,
                CORES,
                CORE_LIMIT,
                OVERHEAD,
                OVERHEAD_FACTOR,
                LABELS,
                ANNOTATIONS,
                ENVIRONMENT,
                NODE_SELECTOR,
                SECRET_MOUNTS,
                SECRET_VARIABLES,
                SCHEDULER,
                TEMPLATE,
                GRACE_PERIOD);
    }

    /**
     * Reads them.
     *
     * @throws UsageException naming the setting that is missing or malformed
     */
    public static PodSettings of(Config config) {
        String image = config.get(IMAGE).trim();
        if (image.isEmpty()) {
            throw new UsageException(IMAGE.name() + " is not set: name the image that executor pods run, with --conf "
                    + IMAGE.name() + "=registry/name:tag; 'quiver image' builds one");
        }
        Bytes overhead = config.get(OVERHEAD);
        return new PodSettings(
                image,
                config.get(PULL_POLICY),
                names(config.get(PULL_SECRETS)),
                config.get(SERVICE_ACCOUNT).trim(),
                config.get(CORES).trim(),
                config.get(CORE_LIMIT).trim(),
                overhead.value() == 0 ? null : overhead,
                config.get(OVERHEAD_FACTOR),
                KeyValues.of(config, LABELS),
                KeyValues.of(config, ANNOTATIONS),
                KeyValues.of(config, ENVIRONMENT),
                KeyValues.of(config, NODE_SELECTOR),
                KeyValues.of(config, SECRET_MOUNTS),
                KeyValues.of(config, SECRET_VARIABLES),
                config.get(SCHEDULER).trim(),
                config.get(TEMPLATE).trim(),
                config.get(GRACE_PERIOD));
    }

    private static List<String> names(String list) {
        return Arrays.stream(list.split(","))
                .map(String::trim)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /** Memory of a container around a JVM of that heap. */
    long containerBytes(Bytes heap, Bytes offHeap) {
        long beside = overhead != null
                ? overhead.value()
                : Math.max(LEAST_OVERHEAD.value(), (long) (heap.value() * overheadFactor));
        return heap.value() + offHeap.value() + beside;
    }
}
