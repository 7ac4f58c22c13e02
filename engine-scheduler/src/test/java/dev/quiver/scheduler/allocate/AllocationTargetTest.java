package dev.quiver.scheduler.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How many executors there should be, step by step. */
class AllocationTargetTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final AllocationTarget target = new AllocationTarget(new AllocationSettings(
            true,
            0,
            100,
            0,
            1,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            Duration.ZERO,
            Duration.ZERO));

    @Test
    void addsOneAgainAfterTasksHadStoppedWaitingThoughAsMuchIsNeeded() {
        target.backlog(true, 0);
        assertThat(target.update(100, SECOND)).isTrue();
        target.update(100, 2 * SECOND);
        assertThat(target.target()).isEqualTo(3);
        target.backlog(false, 3 * SECOND);
        assertThat(target.update(100, 3 * SECOND)).isFalse();

        target.backlog(true, 10 * SECOND);
        assertThat(target.update(100, 10 * SECOND)).isFalse();
        target.update(100, 11 * SECOND);

        assertThat(target.target()).isEqualTo(4);
    }

    @Test
    void addsNoMoreThanIsNeeded() {
        target.backlog(true, 0);
        for (int second = 1; second < 10; second++) {
            target.update(5, second * SECOND);
        }
        assertThat(target.target()).isEqualTo(5);
        target.update(2, 10 * SECOND);
        assertThat(target.target()).isEqualTo(2);
    }
}
