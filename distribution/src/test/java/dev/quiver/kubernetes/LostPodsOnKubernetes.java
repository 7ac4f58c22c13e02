package dev.quiver.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.kubernetes.Commands.Ended;
import dev.quiver.kubernetes.Commands.Running;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

class LostPodsOnKubernetes extends ClusterTest {
    /** A task that is charged once for a lost executor fails the job. */
    private static final List<String> TWO =
            List.of("--num-executors", "2", "--verbose", "--conf", "quiver.task.maxFailures=1");

    private Running startedShuffle() throws Exception {
        Running job = commands.start("client", TWO, "shuffle", "8", "2500");
        await(
                job,
                "two executors work",
                () -> runningExecutors().size() == 2
                        && job.err().contains("executor=1 registered")
                        && job.err().contains("executor=2 registered"));
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
                        "1",
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

    @Test
    void aProcessThatTheNodeKillsIsReplacedAndChargedToNobody() throws Exception {
        // The first process of a container cannot kill itself; beside another it is not the first.
        Files.writeString(folder.resolve("pod.yaml"), """
            apiVersion: v1
            kind: Pod
            spec:
              shareProcessNamespace: true
            """);
        Ended end = commands.run(
                "client",
                List.of(
                        "--num-executors",
                        "1",
                        "--verbose",
                        "--conf",
                        "quiver.task.maxFailures=1",
                        "--conf",
                        "quiver.executor.extraJavaOptions=--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "--conf",
                        "quiver.kubernetes.executor.podTemplateFile=" + folder.resolve("pod.yaml")),
                "killed");
        assertThat(end.code()).as(end.err()).isZero();
        assertThat(end.out()).contains("counted 100");
        assertThat(end.err()).contains("executor=1 lost: its process was killed by signal 9");
        assertNothingIsLeft();
    }
}
