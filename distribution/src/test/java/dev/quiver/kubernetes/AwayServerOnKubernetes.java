package dev.quiver.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.kubernetes.Commands.Ended;
import dev.quiver.kubernetes.Commands.Running;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AwayServerOnKubernetes extends ClusterTest {
    private static final Duration AWAY = Duration.ofSeconds(60);
    private static final List<String> TWO = List.of("--num-executors", "2", "--verbose");

    @Test
    void aJobDoesNotNoticeThatTheApiServerIsAwayForAMinute() throws Exception {
        try (ServerProxy proxy = new ServerProxy(cluster.getConfiguration().getMasterUrl())) {
            Running job = startedShuffle(proxy);
            List<String> before = runningExecutors();
            beAway(proxy, job);
            Ended end = job.await();
            assertThat(end.code()).as(end.err()).isZero();
            assertThat(end.out()).endsWith(sums());
            assertThat(end.err())
                    .doesNotContain(" lost: ")
                    .doesNotContain("failed in attempt")
                    .doesNotContain("stage=0.0 failed")
                    .doesNotContain("stage=1.0 failed");
            assertThat(end.err()).as("nobody else was called for").doesNotContain("executor=3");
            assertThat(before).hasSize(2);
            assertNothingIsLeft();
        }
    }

    @Test
    void aPodThatGoesWhileTheApiServerIsAwayIsReplacedWhenItIsBack() throws Exception {
        try (ServerProxy proxy = new ServerProxy(cluster.getConfiguration().getMasterUrl())) {
            Running job = startedShuffle(proxy);
            proxy.leave();
            cluster.pods()
                    .inNamespace(namespace)
                    .withName(runningExecutors().get(1))
                    .withGracePeriod(0)
                    .delete();
            await("its end is noticed", () -> job.err().contains("executor=2 lost: "));
            assertThat(executors()).hasSize(1);
            proxy.comeBack();
            await("another takes its place", () -> job.err().contains("executor=3 registered"));
            Ended end = job.await();
            assertThat(end.code()).as(end.err()).isZero();
            assertThat(end.out()).endsWith(sums());
            assertThat(end.err().split("executor=2 lost", -1)).as("told once").hasSize(2);
            assertThat(end.err()).doesNotContain("executor=1 lost");
            assertNothingIsLeft();
        }
    }

    @Test
    void submitShowsTheWholeLogOfADriverThoughTheApiServerWasAway() throws Exception {
        try (ServerProxy proxy = new ServerProxy(cluster.getConfiguration().getMasterUrl())) {
            Running job = commands.startAt(
                    proxy.address(), "cluster", List.of("--num-executors", "1"), "shuffle", "4", "4000");
            await("an executor works", () -> !runningExecutors().isEmpty());
            proxy.leave();
            await("it is noticed", () -> job.err().contains("the API server does not answer"));
            proxy.comeBack();
            Ended end = job.await();
            assertThat(end.code()).as(end.err()).isZero();
            assertThat(end.out()).endsWith(sums());
            assertNothingIsLeft();
        }
    }

    private Running startedShuffle(ServerProxy proxy) throws Exception {
        Running job = commands.startAt(proxy.address(), "client", TWO, "shuffle", "10", "10000");
        await(
                "two executors work",
                () -> runningExecutors().size() == 2
                        && job.err().contains("executor=1 registered")
                        && job.err().contains("executor=2 registered"));
        return job;
    }

    private static void beAway(ServerProxy proxy, Running job) {
        proxy.leave();
        long back = System.nanoTime() + AWAY.toNanos();
        await(
                "a minute has passed",
                () -> System.nanoTime() - back >= 0 || !job.process().isAlive());
        assertThat(job.process().isAlive())
                .as("the job outlasts the minute; " + job.err())
                .isTrue();
        proxy.comeBack();
    }
}
