package dev.quiver.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.kubernetes.Commands.Ended;
import dev.quiver.kubernetes.Commands.Running;
import io.fabric8.kubernetes.client.Watch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DynamicOnKubernetes extends ClusterTest {
    private static final int MOST = 4;
    private static final int WIDE = 24;
    private static final Pattern STAGE = Pattern.compile("stage=(\\d+)\\.(\\d+) started: .*, (\\d+) tasks");

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
            assertThat(tasksOfStages(end.err()))
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

    /** How many tasks each stage was started with, in order. A second attempt of a stage fails the test. */
    private static List<Integer> tasksOfStages(String log) {
        List<Integer> tasks = new ArrayList<>();
        Matcher stage = STAGE.matcher(log);
        while (stage.find()) {
            assertThat(stage.group(2)).as("attempt of stage " + stage.group(1)).isEqualTo("0");
            tasks.add(Integer.parseInt(stage.group(3)));
        }
        return tasks;
    }
}
