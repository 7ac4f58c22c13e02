package dev.quiver.runtime.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.StageWait;
import dev.quiver.config.Config;
import dev.quiver.id.JobId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.lineage.CallSite;
import dev.quiver.task.TaskMetrics;
import dev.quiver.time.Clock;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
    private static final StageAttempt STAGE = new StageAttempt(new StageId(3), 0);
    private static final CallSite SITE = new CallSite("count", "App.main(App.java:7)");
    private static final String BLANK = "\r" + " ".repeat(39) + "\r";

    private final StepClock clock = new StepClock();
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private final ScheduledExecutorService idle = Executors.newSingleThreadScheduledExecutor();
    private final ConsoleProgress progress =
            new ConsoleProgress(clock, new Terminal(new PrintStream(screen, true, StandardCharsets.UTF_8), 40), idle);

    @AfterEach
    void stop() {
        progress.close();
    }

    @Test
    void drawsNothingForAStageOfHalfASecond() {
        start();
        clock.millis = 500;
        progress.refresh();
        progress.onStageEnded(STAGE, true, "");
        clock.millis = 700;
        progress.refresh();
        assertThat(drawn()).isEmpty();
    }

    @Test
    void drawsALongerStageAndRedrawsOnlyWhatChanged() {
        start();
        clock.millis = 501;
        progress.refresh();
        assertThat(drawn()).isEqualTo("\r[stage 3: count at~  >     (0 + 0) / 4]");
        progress.refresh();
        assertThat(drawn()).isEmpty();
        progress.onTasksEnded(STAGE, 2, 1, 2, TaskMetrics.ZERO);
        progress.onTasksEnded(STAGE, 1, 0, 1, TaskMetrics.ZERO);
        progress.refresh();
        assertThat(drawn()).startsWith("\r[stage 3: ").endsWith(" (3 + 1) / 4]").hasSize(40);
    }

    @Test
    void clearsTheLineBeforeAResultIsPrinted() {
        start();
        clock.millis = 600;
        progress.refresh();
        drawn();
        progress.onStageEnded(STAGE, true, "");
        progress.clear();
        assertThat(drawn()).isEqualTo(BLANK);
        progress.clear();
        progress.refresh();
        assertThat(drawn()).isEmpty();
    }

    @Test
    void clearsTheLineWhenItIsClosedAndStopsItsThread() {
        start();
        clock.millis = 600;
        progress.refresh();
        drawn();
        progress.close();
        progress.close();
        assertThat(drawn()).isEqualTo(BLANK);
        assertThat(idle.isShutdown()).isTrue();
    }

    @Test
    void ignoresNewsOfAStageThatHasEnded() {
        progress.onTasksEnded(STAGE, 1, 0, 1, TaskMetrics.ZERO);
        clock.millis = 600;
        progress.refresh();
        assertThat(drawn()).isEmpty();
    }

    @Test
    void saysWhyNothingMovesOnceItHasStoodStillForSeconds() {
        start();
        progress.onWaits(List.of(new StageWait(
                3, List.of(0), 4, StageWait.Reason.EXECUTORS, "an executor: there is none", Optional.empty())));
        clock.millis = 3_000;
        progress.refresh();
        assertThat(drawn()).contains("(0 + 0) / 4");
        clock.millis = 3_001;
        progress.refresh();
        assertThat(drawn()).isEqualTo("\r[stage 3 of job 0: 4 tasks wait for a~]");
        progress.onTasksEnded(STAGE, 1, 0, 1, TaskMetrics.ZERO);
        progress.refresh();
        assertThat(drawn()).contains("(1 + 1) / 4");
    }

    @Test
    void busySlotsAreNoNewsWhileTasksRun() {
        start();
        progress.onTasksEnded(STAGE, 1, 0, 2, TaskMetrics.ZERO);
        progress.onWaits(List.of(
                new StageWait(4, List.of(0), 0, StageWait.Reason.PARENTS, "the output of stages 3", Optional.empty()),
                new StageWait(3, List.of(0), 1, StageWait.Reason.SLOTS, "a slot: all 2 are busy", Optional.empty())));
        clock.millis = 60_000;
        progress.refresh();
        assertThat(drawn()).contains("(1 + 2) / 4");
    }

    @Test
    void isAbsentWhenSwitchedOff() {
        assertThat(ConsoleProgress.start(Config.empty().with(ConsoleProgress.SHOW, false), clock))
                .isEmpty();
    }

    private void start() {
        progress.onStageStarted(new JobId(0), STAGE, SITE, 4);
    }

    private String drawn() {
        String text = screen.toString(StandardCharsets.UTF_8);
        screen.reset();
        return text;
    }

    private static final class StepClock implements Clock {
        private long millis;

        @Override
        public long nanoTime() {
            return Long.MAX_VALUE - 1_000_000 + millis * 1_000_000;
        }

        @Override
        public long epochMillis() {
            return millis;
        }
    }
}
