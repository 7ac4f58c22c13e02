package dev.quiver.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.quiver.Session;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PiTest {
    @Test
    void sharesAddUpToAllSamples() {
        assertThat(LongStream.range(0, 7).map(part -> Pi.share(100, 7, part)).sum())
                .isEqualTo(100);
        assertThat(LongStream.range(0, 7).map(part -> Pi.share(3, 7, part)).sum())
                .isEqualTo(3);
    }

    @Test
    void estimatesWhatALoopOverTheSameSamplesDoes() {
        long inside = 0;
        for (int part = 0; part < 3; part++) {
            inside += Pi.inside(part, Pi.share(200_000, 3, part));
        }
        try (Session session = RunExample.session()) {
            double pi = Pi.estimate(session, 200_000, 3);

            assertThat(pi).isEqualTo(4.0 * inside / 200_000).isCloseTo(Math.PI, within(0.02));
        }
    }

    @Test
    void printsTheEstimateWithItsSamplesAndPartitions() throws Exception {
        assertThat(RunExample.output(Pi::main, "--partitions", "3", "10_000"))
                .singleElement()
                .asString()
                .matches("pi is about 3\\.1\\d{5} \\(10000 samples, 3 partitions\\)");
    }
}
