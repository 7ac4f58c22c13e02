package dev.quiver.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UnitsTest {
    @Test
    void sizesPrintedAreReadBackTheSame() {
        for (long seed = 0; seed < 1000; seed++) {
            Bytes size = Bytes.of(new Random(seed).nextLong(1L << 42) >>> new Random(~seed).nextInt(42) << 10 >>> 3);
            assertThat(Bytes.parse(size.toString(), Bytes.of(1))).as("seed %d", seed).isEqualTo(size);
        }
        assertThat(Bytes.parse("48m", Bytes.of(1))).isEqualTo(Bytes.mebi(48)).hasToString("48m");
        assertThat(Bytes.parse("1536 KiB", Bytes.of(1)).toString()).isEqualTo("1536k");
        assertThat(Bytes.parse("512", Bytes.mebi(1))).isEqualTo(Bytes.mebi(512));
        assertThat(Bytes.of(1610612736).display()).isEqualTo("1.5 GiB");
    }

    @Test
    void sizesThatAreNoneAreRefused() {
        for (String text : new String[] {"", "-1", "1.5g", "m", "5x", "9999999999999t", "99999999999999999999"}) {
            assertThatThrownBy(() -> Bytes.parse(text, Bytes.of(1)))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + text + "'");
        }
    }

    @Test
    void durationsPrintedAreReadBackTheSame() {
        for (long seed = 0; seed < 1000; seed++) {
            long micros = new Random(seed).nextLong(1L << 50) >>> new Random(~seed).nextInt(50);
            Duration duration = Duration.ofNanos(micros * 1000);
            assertThat(Durations.parse(Durations.format(duration))).as("seed %d", seed).isEqualTo(duration);
        }
        assertThat(Durations.format(Duration.ofMinutes(120))).isEqualTo("2h");
        assertThat(Durations.parse("90")).isEqualTo(Duration.ofSeconds(90));
        assertThatThrownBy(() -> Durations.parse("soon")).hasMessageContaining("'soon' is not a duration");
    }
}
