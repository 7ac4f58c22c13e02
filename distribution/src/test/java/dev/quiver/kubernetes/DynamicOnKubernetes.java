package dev.quiver.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.kubernetes.Commands.Ended;
import dev.quiver.kubernetes.Commands.Running;
import io.fabric8.kubernetes.client.Watch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DynamicOnKubernetes extends ClusterTest {
    private static final int MOST = 4;
    private static final int WIDE = 24;

    @Test
    void growsToTheMaximumAndShrinksToTheExecutorWhoseMapOutputIsStillWanted() throws Exception {
        PodCount pods = new PodCount();
        try (Watch watch = cluster.pods().inNamespace(namespace).watch(pods)) {
            Path go = folder.resolve("go");
            Running job = commands.start("client", dynamic(), "grows", String.valueOf(WIDE), "4000", go.toString());
            await(
                    "four executors run",
                    () -> runningExecutors().size() == MOST || !job.process().isAlive());
            await(
                    "one executor is left",
                    () -> job.out().contains("counted 1000000")
                                    && runningExecutors().size() == 1
                            || !job.process().isAlive());
            assertThat(runningExecutors()).as(job.err()).singleElement().matches(name -> name.endsWith("-exec-1"));
            Files.createFile(go);
            Ended end = job.await();
            assertThat(end.code()).as(end.err()).isZero();
            assertThat(end.out()).isEqualTo(sums() + "counted 1000000\n" + sums());
            assertThat(end.err()).as("nothing was lost").doesNotContain(" lost: ");
            assertThat(Stages.started(end.err()))
                    .as("map, reduce, the wide stage, and reduce again: each once, and no map stage twice")
                    .containsExactly(1, 2, WIDE, 2);
        }
        assertThat(pods.most()).isEqualTo(MOST);
        assertNothingIsLeft();
    }

    private static List<String> dynamic() {
        return List.of(
                "--verbose",
                "--conf",
                "quiver.dynamicAllocation.enabled=true",
                "--conf",
                "quiver.dynamicAllocation.initialExecutors=1",
                "--conf",
                "quiver.dynamicAllocation.maxExecutors=" + MOST,
                "--conf",
                "quiver.dynamicAllocation.executorIdleTimeout=3s");
    }
}
