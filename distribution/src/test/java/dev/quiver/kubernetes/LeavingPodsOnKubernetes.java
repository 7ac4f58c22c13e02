package dev.quiver.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.kubernetes.Commands.Ended;
import dev.quiver.kubernetes.Commands.Running;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A pod that is asked to end has others take what it holds before its grace is over: nothing is computed again. */
class LeavingPodsOnKubernetes extends ClusterTest {
    private static final int PARTS = 8;
    private static final int GRACE_SECONDS = 30;

    @Test
    void aPodDeletedWithGraceHandsOverMapOutputsAndCachedPartitions() throws Exception {
        nothingIsComputedAgainWhenOneLeaves(
                pod -> pod.withGracePeriod(GRACE_SECONDS).delete());
    }

    @Test
    void anEvictedPodHandsOverMapOutputsAndCachedPartitions() throws Exception {
        nothingIsComputedAgainWhenOneLeaves(PodResource::evict);
    }

    private void nothingIsComputedAgainWhenOneLeaves(Consumer<PodResource> end) throws Exception {
        Path go = folder.resolve("go");
        Running job = commands.start(
                "client",
                List.of("--num-executors", "2", "--verbose"),
                "keeps",
                String.valueOf(PARTS),
                "3000",
                go.toString());
        await(
                "the second job runs on two executors",
                () -> job.out().contains("computed")
                                && Stages.started(job.err()).size() >= 3
                        || !job.process().isAlive());
        String first = runningExecutors().get(0);
        long asked = System.nanoTime();
        end.accept(cluster.pods().inNamespace(namespace).withName(first));
        await(
                job,
                "it is gone",
                () -> cluster.pods().inNamespace(namespace).withName(first).get() == null);
        double seconds = (System.nanoTime() - asked) / 1e9;
        Files.createFile(go);
        Ended ended = job.await();
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.out())
                .as(ended.err())
                .isEqualTo(sums() + "computed " + PARTS + "\n" + sums() + "counted 1000000\ncomputed " + PARTS + "\n");
        String executor = "executor=" + first.substring(first.lastIndexOf('-') + 1);
        assertThat(ended.err())
                .contains(executor + " gets no more tasks: ")
                .as("it was let go before the node killed it")
                .contains(executor + " has left: ")
                .doesNotContain(" lost: ");
        assertThat(Stages.started(ended.err()))
                .as("map, reduce, reduce again, and the cached rows: each once")
                .containsExactly(PARTS, PARTS, PARTS, PARTS);
        System.out.printf("a pod that was asked to end was gone after %.1f s%n", seconds);
        assertNothingIsLeft();
    }
}
