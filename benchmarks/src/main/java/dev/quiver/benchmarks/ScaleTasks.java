package dev.quiver.benchmarks;

import dev.quiver.Session;
import dev.quiver.benchmarks.scale.CrowdedDriver;
import dev.quiver.benchmarks.scale.Plans;
import dev.quiver.benchmarks.scale.Usage;
import dev.quiver.config.Config;
import dev.quiver.task.TaskOutcome;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;

/** A stage of a million tasks: what each costs the driver's loop, and what it leaves in the driver's memory. */
final class ScaleTasks implements Workload {
    private static final IntFunction<TaskOutcome> DONE = new IntFunction<>() {
        private final TaskOutcome outcome = new TaskOutcome.Returned(new byte[] {1}, Map.of());

        @Override
        public TaskOutcome apply(int task) {
            return outcome;
        }
    };

    @Override
    public Outcome run(Session session, Sizes sizes) {
        int tasks = Math.toIntExact(sizes.rows(1_000_000));
        int executors = sizes.partitions(100);
        long before = Usage.heapBytes();
        long begin = Usage.cpuNanos();
        CrowdedDriver driver = new CrowdedDriver(executors, Config.empty(), DONE);
        CrowdedDriver.Watched job = driver.submit(Plans.range(0, tasks));
        while (job.results() < tasks - tasks / 100) {
            driver.reportAll();
        }
        long nanos = Usage.cpuNanos() - begin;
        int finished = job.results();
        double bytes = Math.max(0, Usage.heapBytes() - before);
        while (!job.isOver()) {
            driver.reportAll();
        }
        String extra = String.format(
                Locale.ROOT,
                "nspertask=%.1f taskspersecond=%.0f bytespertask=%.2f",
                (double) nanos / finished,
                finished * 1e9 / nanos,
                bytes / finished);
        return new Outcome(Integer.toString(job.results()), nanos, extra);
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return Long.toString(sizes.rows(1_000_000));
    }
}
