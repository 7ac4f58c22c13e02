package dev.quiver.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Session;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ScaleLatencyTest {
    @Test
    void smallJobsEndWhileTasksOfAllOthersStandInTheirSlots() throws Exception {
        try (Session session = Session.builder().master("local[6]").create()) {
            Histogram nanos = ScaleLatency.besideOthers(session, 4, 50);
            assertThat(nanos.getTotalCount()).isEqualTo(50);
            assertThat(nanos.getMinValue()).isPositive();
        }
    }
}
