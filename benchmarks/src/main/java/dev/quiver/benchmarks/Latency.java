package dev.quiver.benchmarks;

import dev.quiver.Session;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** Small jobs one after another: how long a user waits for the smallest of answers. */
final class Latency implements Workload {
    @Override
    public Outcome run(Session session, Sizes sizes) {
        int tasks = sizes.partitions(2);
        long jobs = sizes.rows(300);
        Histogram nanos = new Histogram(3);
        long rows = 0;
        for (long job = 0; job < jobs; job++) {
            long start = System.nanoTime();
            rows += session.range(0, tasks, 1, tasks).count();
            nanos.recordValue(System.nanoTime() - start);
        }
        String extra = String.format(
                Locale.ROOT,
                "p50us=%.1f p99us=%.1f",
                nanos.getValueAtPercentile(50) / 1e3,
                nanos.getValueAtPercentile(99) / 1e3);
        return new Outcome(Long.toString(rows / tasks), -1, extra);
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return Long.toString(sizes.rows(300));
    }
}
