package dev.quiver.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.kubernetes.Commands.Ended;
import dev.quiver.kubernetes.Commands.Running;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubmitOnKubernetes extends ClusterTest {
    private static final Path POLICY = Path.of("target", "quiver", "deploy", "network-policy.yaml");

    @ParameterizedTest
    @ValueSource(strings = {"client", "cluster"})
    void aJobOnThreeExecutorsGivesItsAnswerAndLeavesNothing(String mode) throws Exception {
        Ended job = commands.run(mode, List.of("--num-executors", "3"), "shuffle", "6", "100");
        assertThat(job.code()).as(job.err()).isZero();
        assertThat(job.out()).endsWith(sums());
        assertNothingIsLeft();
    }

    @Test
    void theNetworkPolicyThatIsShippedLetsInWhoMustConnect() throws Exception {
        cluster.load(POLICY.toUri().toURL().openStream()).inNamespace(namespace).create();
        Running job = commands.start("cluster", List.of("--num-executors", "2"), "shuffle", "4", "1000");
        await("two executors run", () -> runningExecutors().size() == 2);
        NetworkPolicy policy = cluster.network()
                .v1()
                .networkPolicies()
                .inNamespace(namespace)
                .list()
                .getItems()
                .get(0);
        assertThat(cluster.pods()
                        .inNamespace(namespace)
                        .withLabelSelector(policy.getSpec().getPodSelector())
                        .list()
                        .getItems())
                .as("it is about executors")
                .hasSize(2);
        Ended end = job.await();
        assertThat(end.code()).as(end.err()).isZero();
        assertThat(end.out()).endsWith(sums());
        assertNothingIsLeft();
    }

    @Test
    void theExitCodeOfTheDriverIsThatOfSubmit() throws Exception {
        assertThat(commands.run("cluster", List.of(), "exits", "7").code()).isEqualTo(7);
        assertThat(commands.run("cluster", List.of(), "nosuch").code()).isEqualTo(1);
        assertNothingIsLeft();
    }

    @Test
    void theDriverGoesOnWithoutTheProcessThatSubmittedIt() throws Exception {
        Running submit = commands.start("cluster", List.of("--num-executors", "1"), "shuffle", "4", "2000");
        await("an executor runs", () -> !runningExecutors().isEmpty());
        submit.process().destroyForcibly();
        await(
                "the driver has ended",
                () -> pods("driver").stream()
                        .allMatch(pod -> pod.getStatus().getPhase().equals("Succeeded")));
        assertThat(cluster.pods()
                        .inNamespace(namespace)
                        .withName(pods("driver").get(0).getMetadata().getName())
                        .getLog())
                .contains(sums());
    }

    @Test
    void executorsGoWithTheirDriver() throws Exception {
        commands.start("cluster", List.of("--num-executors", "2"), "shuffle", "4", "60000");
        await("two executors run", () -> runningExecutors().size() == 2);
        cluster.pods()
                .inNamespace(namespace)
                .withName(pods("driver").get(0).getMetadata().getName())
                .withGracePeriod(0)
                .delete();
        assertNothingIsLeft();
    }
}
