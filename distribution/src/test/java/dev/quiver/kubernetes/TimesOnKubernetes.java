package dev.quiver.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.kubernetes.Commands.Ended;
import dev.quiver.kubernetes.Commands.Running;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long users wait; printed, and held only against what nobody should have to bear. */
class TimesOnKubernetes extends ClusterTest {
    private static final long MOST_SECONDS = 120;
    private static final Pattern FIRST = Pattern.compile("first task at (\\d+)");

    @ParameterizedTest
    @ValueSource(strings = {"client", "cluster"})
    void theFirstTaskRunsSoonAfterTheSubmission(String mode) throws Exception {
        long begun = System.currentTimeMillis();
        Running job = commands.start(mode, List.of("--num-executors", "1", "--verbose"), "first");
        await("the pod is made", () -> !executors().isEmpty() || !job.process().isAlive());
        long made = System.currentTimeMillis();
        await(
                "the pod runs",
                () -> !runningExecutors().isEmpty() || !job.process().isAlive());
        long runs = System.currentTimeMillis();
        await(
                "the executor registers",
                () -> (job.out() + job.err()).contains("executor=1 registered")
                        || !job.process().isAlive());
        long registered = System.currentTimeMillis();
        Ended end = job.await();
        assertThat(end.code()).as(end.err()).isZero();
        Matcher first = FIRST.matcher(end.out());
        assertThat(first.find()).as(end.out()).isTrue();
        long task = Long.parseLong(first.group(1));
        System.out.printf(
                "%s mode: submit to executor pod %.1f s, to first task %.1f s, to the end %.1f s; executor pod made to"
                        + " running %.1f s, to registered %.1f s%n",
                mode,
                seconds(begun, made),
                seconds(begun, task),
                end.seconds(),
                seconds(made, runs),
                seconds(made, registered));
        assertThat(seconds(begun, task)).isPositive().isLessThan(MOST_SECONDS);
        assertNothingIsLeft();
    }

    private static double seconds(long fromMillis, long toMillis) {
        return (toMillis - fromMillis) / 1e3;
    }
}
