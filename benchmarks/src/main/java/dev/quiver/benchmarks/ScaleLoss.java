package dev.quiver.benchmarks;

import dev.quiver.Session;
import dev.quiver.benchmarks.scale.CrowdedDriver;
import dev.quiver.benchmarks.scale.Plans;
import dev.quiver.benchmarks.scale.Usage;
import dev.quiver.config.Config;
import dev.quiver.task.TaskOutcome;
import java.util.Locale;
import java.util.Map;

/** One of a thousand executors is lost in the middle of a million tasks: what that costs the driver's loop. */
final class ScaleLoss implements Workload {
    @Override
    public Outcome run(Session session, Sizes sizes) {
        int tasks = Math.toIntExact(sizes.rows(1_000_000));
        int executors = sizes.partitions(1_000);
        TaskOutcome done = new TaskOutcome.Returned(new byte[] {1}, Map.of());
        CrowdedDriver driver = new CrowdedDriver(executors, Config.empty(), task -> done);
        CrowdedDriver.Watched job = driver.submit(Plans.range(0, tasks));
        driver.reportAll();
        long launched = driver.launched();
        long begin = Usage.cpuNanos();
        int held = driver.lose(executors / 2);
        long nanos = Usage.cpuNanos() - begin;
        long again = driver.launched() - launched;
        while (!job.isOver()) {
            driver.reportAll();
        }
        String extra = String.format(Locale.ROOT, "lossms=%.3f held=%d launchedagain=%d", nanos / 1e6, held, again);
        return new Outcome(Integer.toString(job.results()), nanos, extra);
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return Long.toString(sizes.rows(1_000_000));
    }
}
