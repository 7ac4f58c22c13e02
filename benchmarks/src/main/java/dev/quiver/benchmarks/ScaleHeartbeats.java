package dev.quiver.benchmarks;

import dev.quiver.Session;
import dev.quiver.benchmarks.scale.CrowdedDriver;
import dev.quiver.benchmarks.scale.Usage;
import dev.quiver.config.Config;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.runtime.protocol.ToDriverCodec;
import dev.quiver.task.MemoryLedger;
import dev.quiver.task.TaskOutcome;
import java.util.Locale;
import java.util.Map;

/** Ten thousand executors say every ten seconds that they live: a minute of it, decoded and handled. */
final class ScaleHeartbeats implements Workload {
    private static final int SECONDS_BETWEEN = 10;
    private static final int SECONDS = 60;

    /** The driver looks for silent ones four times a minute. */
    private static final int LOOKS = 4;

    @Override
    public Outcome run(Session session, Sizes sizes) {
        int executors = Math.toIntExact(sizes.rows(10_000));
        TaskOutcome done = new TaskOutcome.Returned(new byte[] {1}, Map.of());
        CrowdedDriver driver = new CrowdedDriver(executors, Config.empty(), task -> done);
        int messages = executors * SECONDS / SECONDS_BETWEEN;
        long begin = Usage.cpuNanos();
        for (int message = 0; message < messages; message++) {
            ToDriver beat = new ToDriver.Heartbeat(4, 12, 300_000_000L + message, 1L << 30, 1_000, MemoryLedger.NONE);
            ToDriver arrived = ToDriverCodec.decode(ToDriverCodec.type(beat), ToDriverCodec.encode(beat));
            driver.tell(message % executors, arrived);
            if (message % Math.max(1, messages / LOOKS) == 0) {
                driver.lookForSilent();
            }
        }
        long nanos = Usage.cpuNanos() - begin;
        String extra = String.format(Locale.ROOT, "ofacore=%.5f", nanos / 1e9 / SECONDS);
        return new Outcome(Integer.toString(driver.living()), nanos, extra);
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return Long.toString(sizes.rows(10_000));
    }
}
