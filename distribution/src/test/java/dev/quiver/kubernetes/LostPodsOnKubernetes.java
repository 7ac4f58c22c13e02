package dev.quiver.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.kubernetes.Commands.Ended;
import dev.quiver.kubernetes.Commands.Running;
import java.util.List;
import org.junit.jupiter.api.Test;

class LostPodsOnKubernetes extends ClusterTest {
    private static final List<String> TWO = List.of("--num-executors", "2", "--verbose");

    private Running startedShuffle() throws Exception {
        Running job = commands.start("client", TWO, "shuffle", "8", "2500");
        await(
                "two executors work",
                () -> runningExecutors().size() == 2 && job.err().contains("executor=2 registered"));
        return job;
    }

    private void assertRight(Running job, String reason) {
        Ended end = job.await();
        assertThat(end.code()).as(end.err()).isZero();
        assertThat(end.out()).endsWith(sums());
        assertThat(end.err()).contains(reason);
        assertThat(end.err().split("executor=1 lost", -1)).as("told once").hasSize(2);
        assertNothingIsLeft();
    }

    @Test
    void aDeletedPodIsReplacedAndChargedToNobody() throws Exception {
        Running job = startedShuffle();
        cluster.pods()
                .inNamespace(namespace)
                .withName(runningExecutors().get(0))
                .withGracePeriod(0)
                .delete();
        assertRight(job, "executor=1 lost: its pod was deleted");
    }

    @Test
    void anEvictedPodIsReplacedAndChargedToNobody() throws Exception {
        Running job = startedShuffle();
        cluster.pods()
                .inNamespace(namespace)
                .withName(runningExecutors().get(0))
                .evict();
        Ended end = job.await();
        assertThat(end.code()).as(end.err()).isZero();
        assertThat(end.out()).endsWith(sums());
        assertThat(end.err()).doesNotContain("failed in attempt");
        assertNothingIsLeft();
    }

    @Test
    void aContainerThatTakesTooMuchMemoryIsNamedWithItsLimit() throws Exception {
        Ended end = commands.run(
                "client",
                List.of(
                        "--num-executors",
                        "2",
                        "--verbose",
                        "--conf",
                        "quiver.executor.extraJavaOptions=-XX:MaxDirectMemorySize=8g"),
                "eats");
        assertThat(end.code()).as(end.err()).isZero();
        assertThat(end.out()).contains("counted 100");
        assertThat(end.err())
                .contains("executor=1 lost: its container was killed because it took more memory than its limit")
                .contains("quiver.executor.memoryOverhead");
        assertNothingIsLeft();
    }
}
