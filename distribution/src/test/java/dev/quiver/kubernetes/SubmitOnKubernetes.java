package dev.quiver.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.kubernetes.Commands.Ended;
import dev.quiver.kubernetes.Commands.Running;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubmitOnKubernetes extends ClusterTest {
    @ParameterizedTest
    @ValueSource(strings = {"client", "cluster"})
    void aJobOnThreeExecutorsGivesItsAnswerAndLeavesNothing(String mode) throws Exception {
        Ended job = commands.run(mode, List.of("--num-executors", "3"), "shuffle", "6", "100");
        assertThat(job.code()).as(job.err()).isZero();
        assertThat(job.out()).endsWith(sums());
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
