package dev.quiver.shuffle.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.quiver.time.Clock;
import org.junit.jupiter.api.Test;

class MeasuredLinkTest {
    private static final long MIB = 1 << 20;

    private final MeasuredLink link = new MeasuredLink(128 * MIB, Clock.system());

    private double megabytes() {
        return link.bytesPerSecond() / MIB;
    }

    /** Bytes that a reader waited for at a speed. */
    private void arrive(long bytes, double mebibytesPerSecond) {
        link.arrived(bytes, (long) (bytes * 1e9 / (mebibytesPerSecond * MIB)));
    }

    @Test
    void isWhatIsAssumedUntilSomethingArrives() {
        assertThat(megabytes()).isCloseTo(128, within(0.1));
    }

    @Test
    void followsWhatReadersFind() {
        arrive(64 * MIB, 10);
        assertThat(megabytes()).isBetween(10.0, 13.0);
        for (int piece = 0; piece < 2_000; piece++) {
            arrive(MIB, 500);
        }
        assertThat(megabytes()).isBetween(400.0, 500.0);
    }

    @Test
    void isFastWhenReadersNeverWait() {
        for (int piece = 0; piece < 4_000; piece++) {
            link.arrived(MIB, 0);
        }
        assertThat(megabytes()).isGreaterThan(100_000);
    }

    @Test
    void aFewPiecesDoNotTurnIt() {
        arrive(MIB, 1_000);
        arrive(MIB, 50);
        assertThat(megabytes()).isBetween(110.0, 130.0);
    }
}
