package dev.quiver.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.kubernetes.Commands.Ended;
import dev.quiver.kubernetes.Commands.Running;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ctrl-C at the command that submitted an application, and what its flags make of it. */
class InterruptOnKubernetes extends ClusterTest {
    private static final int INTERRUPTED = 130;
    private static final String ENDS = "quiver.kubernetes.submission.endsWithSubmitter=true";
    private static final String NO_WAIT = "quiver.kubernetes.submission.waitAppCompletion=false";

    @Test
    void inClientModeTheApplicationEndsAndItsPodsGo() throws Exception {
        Running job = commands.start("client", List.of("--num-executors", "1"), "shuffle", "4", "60000");
        await("an executor runs", () -> !runningExecutors().isEmpty());
        job.interrupt();
        assertThat(job.await().code()).isEqualTo(INTERRUPTED);
        assertNothingIsLeft();
    }

    @Test
    void inClusterModeTheDriverGoesOnAndTheCommandSaysHowToEndIt() throws Exception {
        Running job = commands.start("cluster", List.of("--num-executors", "1"), "shuffle", "4", "1500");
        await("an executor runs", () -> !runningExecutors().isEmpty());
        job.interrupt();
        Ended end = job.await();
        assertThat(end.code()).isEqualTo(INTERRUPTED);
        Pod driver = pods("driver").get(0);
        assertThat(end.err())
                .contains("driver pod " + driver.getMetadata().getName() + " goes on without this process")
                .contains("logs -f " + driver.getMetadata().getName())
                .contains("delete pod -l quiver.dev/submission=");
        assertThat(logOfTheEndedDriver()).contains(sums());
    }

    @Test
    void inClusterModeTheDriverEndsToo() throws Exception {
        Running job =
                commands.start("cluster", List.of("--num-executors", "1", "--conf", ENDS), "shuffle", "4", "60000");
        await("an executor runs", () -> !runningExecutors().isEmpty());
        job.interrupt();
        Ended end = job.await();
        assertThat(end.code()).isEqualTo(INTERRUPTED);
        assertThat(end.err()).contains("quiver: ending driver pod ");
        assertNothingIsLeft();
    }

    @Test
    void theCommandThatDoesNotWaitEndsAtOnceAndTheDriverStaysWithItsLog() throws Exception {
        Ended end = commands.run("cluster", List.of("--num-executors", "1", "--conf", NO_WAIT), "shuffle", "2", "3000");
        assertThat(end.code()).as(end.err()).isZero();
        assertThat(end.out()).isEmpty();
        assertThat(end.err()).contains("its log: kubectl -n " + namespace + " logs -f quiver-");
        assertThat(logOfTheEndedDriver()).contains(sums());
    }

    private String logOfTheEndedDriver() {
        await(
                "the driver has ended",
                () -> pods("driver").stream()
                        .allMatch(pod -> pod.getStatus().getPhase().equals("Succeeded")));
        await("its executors are gone", () -> executors().isEmpty());
        return cluster.pods()
                .inNamespace(namespace)
                .withName(pods("driver").get(0).getMetadata().getName())
                .getLog();
    }
}
