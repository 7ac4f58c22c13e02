package dev.quiver.benchmarks;

import dev.quiver.Session;
import dev.quiver.benchmarks.scale.CrowdedDriver;
import dev.quiver.benchmarks.scale.Plans;
import dev.quiver.benchmarks.scale.Usage;
import dev.quiver.config.Config;
import dev.quiver.scheduler.pool.PoolSettings;
import dev.quiver.task.TaskOutcome;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * A job of one task, alone and beside a thousand jobs that each run a task: what it costs the driver's loop from its
 * submission to its result. First come first served, and with a pool for each job.
 */
final class ScaleJobs implements Workload {
    private static final int SMALL_JOBS = 10_000;
    private static final int FREE_EXECUTORS = 50;
    private static final int SLOTS_EACH = 4;

    private int ended;

    @Override
    public Outcome run(Session session, Sizes sizes) {
        int others = Math.toIntExact(sizes.rows(1_000));
        ended = 0;
        StringBuilder extra = new StringBuilder();
        for (String mode : new String[] {"FIFO", "FAIR"}) {
            Config config = Config.empty().with(PoolSettings.MODE, mode);
            double idle = p99Micros(config, others, 0);
            double beside = p99Micros(config, others, others);
            String name = mode.toLowerCase(Locale.ROOT);
            extra.append(String.format(
                    Locale.ROOT,
                    "%s%sidlep99us=%.1f %sbesidep99us=%.1f %sratio=%.2fx",
                    extra.isEmpty() ? "" : " ",
                    name,
                    idle,
                    name,
                    beside,
                    name,
                    beside / idle));
        }
        return new Outcome(Integer.toString(ended), -1, extra.toString());
    }

    private double p99Micros(Config config, int most, int others) {
        TaskOutcome done = new TaskOutcome.Returned(new byte[] {1}, Map.of());
        CrowdedDriver driver = new CrowdedDriver(most / SLOTS_EACH + FREE_EXECUTORS, config, task -> done);
        int dataset = 0;
        for (int job = 0; job < others; job++) {
            driver.submit(Plans.range(dataset++, 1), "pool-" + job);
        }
        Histogram nanos = new Histogram(3);
        for (int job = 0; job < SMALL_JOBS; job++) {
            long begin = Usage.cpuNanos();
            CrowdedDriver.Watched small = driver.submit(Plans.range(dataset++, 1), "small");
            driver.reportNewest();
            nanos.recordValue(Usage.cpuNanos() - begin);
            ended += small.isOver() ? 1 : 0;
        }
        return nanos.getValueAtPercentile(99) / 1e3;
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return Integer.toString(4 * SMALL_JOBS);
    }
}
