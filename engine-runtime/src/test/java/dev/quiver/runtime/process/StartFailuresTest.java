package dev.quiver.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.runtime.process.StartFailures.Verdict;
import org.junit.jupiter.api.Test;

class StartFailuresTest {
    private final StartFailures failures = new StartFailures();

    @Test
    void givesUpWhenNoneOfTheExecutorsGetsReady() {
        assertThat(failures.failed("0", 2, false)).isEqualTo(Verdict.START_AGAIN);
        assertThat(failures.failed("1", 2, false)).isEqualTo(Verdict.START_AGAIN);
        assertThat(failures.failed("0", 2, false)).isEqualTo(Verdict.GIVE_UP);
    }

    @Test
    void triesEachOfManyOnceBeforeItGivesUp() {
        for (int executor = 0; executor < 19; executor++) {
            assertThat(failures.failed("" + executor, 20, false)).isEqualTo(Verdict.START_AGAIN);
        }
        assertThat(failures.failed("19", 20, false)).isEqualTo(Verdict.GIVE_UP);
    }

    @Test
    void leavesOutTheOneThatCannotStartWhileOthersWork() {
        for (int failure = 1; failure < StartFailures.MOST_OF_ONE; failure++) {
            assertThat(failures.failed("0", 2, true)).isEqualTo(Verdict.START_AGAIN);
        }
        assertThat(failures.failed("0", 2, true)).isEqualTo(Verdict.LEAVE_OUT);
    }

    @Test
    void isMorePatientOnceItIsKnownThatExecutorsCanStart() {
        failures.ready("1");
        for (int failure = 1; failure < StartFailures.MOST_OF_ONE; failure++) {
            assertThat(failures.failed("" + failure % 3, 3, false)).isEqualTo(Verdict.START_AGAIN);
        }
        assertThat(failures.failed("0", 3, false)).isEqualTo(Verdict.GIVE_UP);
    }

    @Test
    void countsAnewOnceAnExecutorWasReady() {
        for (int round = 0; round < 100; round++) {
            assertThat(failures.failed("0", 1, false)).isEqualTo(Verdict.START_AGAIN);
            failures.ready("0");
        }
    }
}
