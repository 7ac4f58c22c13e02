package dev.quiver.benchmarks;

import dev.quiver.Session;
import dev.quiver.benchmarks.scale.CrowdedDriver;
import dev.quiver.benchmarks.scale.Plans;
import dev.quiver.benchmarks.scale.Usage;
import dev.quiver.config.Config;
import dev.quiver.id.ShuffleId;
import dev.quiver.shuffle.tracker.LocationsCodec;
import dev.quiver.task.BlockSizes;
import dev.quiver.task.MapOutput;
import dev.quiver.task.TaskOutcome;
import java.util.Locale;
import java.util.Map;

/**
 * A map stage through the driver's loop: what each map output costs there, and how large the message is from which an
 * executor learns where all of them are. In three forms: outputs that have rows for every reduce partition, for every second
 * one, and for one in a hundred.
 */
final class ScaleOutputs implements Workload {
    private static final ShuffleId SHUFFLE = new ShuffleId(0);
    private static final int EXECUTORS = 1_000;

    @Override
    public Outcome run(Session session, Sizes sizes) {
        int maps = Math.toIntExact(sizes.rows(1_000_000));
        int reducers = sizes.partitions(8);
        StringBuilder extra = new StringBuilder();
        long registered = 0;
        int[] oneIn = {1, 2, 100};
        String[] names = {"full", "half", "sparse"};
        for (int form = 0; form < oneIn.length; form++) {
            byte[] codes = new byte[reducers];
            for (int reduce = 0; reduce < reducers; reduce += oneIn[form]) {
                codes[reduce] = BlockSizes.encode(1_000);
            }
            long before = Usage.heapBytes();
            long begin = Usage.cpuNanos();
            CrowdedDriver driver = new CrowdedDriver(EXECUTORS, Config.empty(), map -> outcome(map, codes));
            driver.submit(Plans.shuffled(0, maps, reducers));
            while (!driver.tracker().missing(SHUFFLE).isEmpty()) {
                driver.reportAll();
            }
            long nanos = Usage.cpuNanos() - begin;
            double bytes = Math.max(0, Usage.heapBytes() - before);
            int message = LocationsCodec.encode(driver.tracker().snapshot(SHUFFLE)).length;
            registered += driver.tracker().snapshot(SHUFFLE).mapCount();
            extra.append(String.format(
                    Locale.ROOT,
                    "%s%snspermap=%.0f %sbytespermap=%.1f %smessagekib=%.0f",
                    extra.isEmpty() ? "" : " ",
                    names[form],
                    (double) nanos / maps,
                    names[form],
                    bytes / maps,
                    names[form],
                    message / 1024.0));
        }
        return new Outcome(Long.toString(registered), -1, extra.toString());
    }

    private static TaskOutcome outcome(int map, byte[] codes) {
        return new TaskOutcome.Wrote(new MapOutput(SHUFFLE, map, 0, 0, 10, map + 1L, codes), Map.of());
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return Long.toString(3 * sizes.rows(1_000_000));
    }
}
