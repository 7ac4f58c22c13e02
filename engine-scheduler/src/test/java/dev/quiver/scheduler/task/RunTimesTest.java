package dev.quiver.scheduler.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The median of run times, from a histogram. */
class RunTimesTest {
    @Test
    void tellsTheMedianOfAnyTimesToSomePercent() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            RunTimes times = new RunTimes();
            long[] all = new long[1 + random.nextInt(99)];
            for (int index = 0; index < all.length; index++) {
                all[index] = random.nextLong() >>> (1 + random.nextInt(62));
                times.add(all[index]);
            }
            Arrays.sort(all);
            long median = all[(all.length - 1) / 2];
            assertThat((double) times.medianNanos()).as("seed %d", seed).isBetween(median * 1.0, median * 1.07 + 1);
        }
    }

    @Test
    void knowsNothingBeforeTheFirst() {
        assertThat(new RunTimes().medianNanos()).isZero();
    }
}
