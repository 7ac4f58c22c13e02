package dev.quiver.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A namespace of its own in the cluster, with the rights that {@code deploy/} ships, for each test. */
abstract class ClusterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(150);
    private static final Path RIGHTS = Path.of("target", "quiver", "deploy", "rbac.yaml");
    private static final String IMAGE = System.getProperty("quiver.test.image", "docker.io/local/quiver:dev");

    @TempDir
    Path folder;

    KubernetesClient cluster;
    String namespace;
    Commands commands;

    @BeforeEach
    void makeANamespace() throws Exception {
        cluster = new KubernetesClientBuilder().build();
        namespace = cluster.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withGenerateName("quiver-test-")
                        .endMetadata()
                        .build())
                .create()
                .getMetadata()
                .getName();
        await(
                "the default service account",
                () -> cluster.serviceAccounts()
                                .inNamespace(namespace)
                                .withName("default")
                                .get()
                        != null);
        cluster.load(RIGHTS.toUri().toURL().openStream()).inNamespace(namespace).create();
        commands = new Commands(folder, cluster.getConfiguration().getMasterUrl(), namespace, IMAGE);
        commands.packApplication();
    }

    @AfterEach
    void dropTheNamespace() {
        commands.endAll();
        cluster.namespaces().withName(namespace).delete();
        cluster.close();
    }

    /** Waits until something is so, and fails when it does not become so. */
    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
    }

    /** Waits while a command runs, and says what it said when that does not become so. */
    static void await(Commands.Running job, String what, BooleanSupplier condition) {
        try {
            await(what, () -> condition.getAsBoolean() || !job.process().isAlive());
        } catch (AssertionError late) {
            throw new AssertionError(late.getMessage() + "; the command said: " + job.out() + job.err(), late);
        }
        assertThat(condition.getAsBoolean()).as(what + "; " + job.out() + job.err()).isTrue();
    }

    List<Pod> executors() {
        return pods("executor");
    }

    List<Pod> pods(String role) {
        return cluster.pods()
                .inNamespace(namespace)
                .withLabel("quiver.dev/role", role)
                .list()
                .getItems();
    }

    List<String> runningExecutors() {
        List<String> names = new ArrayList<>();
        for (Pod pod : executors()) {
            if ("Running".equals(pod.getStatus().getPhase())
                    && pod.getMetadata().getDeletionTimestamp() == null) {
                names.add(pod.getMetadata().getName());
            }
        }
        return names;
    }

    /** Nothing that the engine made is in the cluster any more. */
    void assertNothingIsLeft() {
        await("no pod is left", () -> executors().isEmpty() && pods("driver").isEmpty());
        assertThat(cluster.secrets()
                        .inNamespace(namespace)
                        .withLabel("quiver.dev/role")
                        .list()
                        .getItems())
                .isEmpty();
        assertThat(cluster.configMaps()
                        .inNamespace(namespace)
                        .withLabel("quiver.dev/role")
                        .list()
                        .getItems())
                .isEmpty();
    }

    static String sums() {
        StringBuilder sums = new StringBuilder();
        for (int remainder = 0; remainder < 7; remainder++) {
            long sum = 0;
            for (long number = remainder; number < 1_000_000; number += 7) {
                sum += number;
            }
            sums.append("remainder ")
                    .append(remainder)
                    .append(" sum ")
                    .append(sum)
                    .append('\n');
        }
        return sums.toString();
    }
}
