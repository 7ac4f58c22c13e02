package dev.quiver.runtime.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.lineage.CallSite;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private static final CallSite REDUCE = new CallSite("reduceByKey", "WordCount.main(WordCount.java:21)");

    @Test
    void showsStageLineBarAndCounts() {
        assertThat(ProgressLine.render(List.of(stage(3, 0, 45, 2, 128)), 79))
                .isEqualTo("[stage 3: reduceByKey at WordCount.java:21  ======>             (45 + 2) / 128]")
                .hasSize(79);
    }

    @Test
    void fillsTheBarFromEmptyToFull() {
        assertThat(ProgressLine.render(List.of(stage(3, 0, 0, 4, 10)), 70))
                .isEqualTo("[stage 3: reduceByKey at WordCount.java:21  >            (0 + 4) / 10]");
        assertThat(ProgressLine.render(List.of(stage(3, 0, 5, 4, 10)), 70))
                .isEqualTo("[stage 3: reduceByKey at WordCount.java:21  ======>      (5 + 4) / 10]");
        assertThat(ProgressLine.render(List.of(stage(3, 0, 10, 0, 10)), 70))
                .isEqualTo("[stage 3: reduceByKey at WordCount.java:21  =========== (10 + 0) / 10]");
    }

    @Test
    void showsTheEpochOfAStageThatRunsAgain() {
        assertThat(ProgressLine.render(List.of(stage(3, 1, 5, 4, 10)), 70)).startsWith("[stage 3.1: reduceByKey");
    }

    @Test
    void shortensTheLineOfCodeBeforeTheBar() {
        assertThat(ProgressLine.render(List.of(stage(3, 0, 45, 2, 128)), 50))
                .isEqualTo("[stage 3: reduceByKey at W~  =>    (45 + 2) / 128]");
    }

    @Test
    void leavesTheLineOfCodeOutWhereThereIsNoRoom() {
        assertThat(ProgressLine.render(List.of(stage(3, 0, 45, 2, 128)), 32))
                .isEqualTo("[stage 3 ==>     (45 + 2) / 128]");
    }

    @Test
    void showsSeveralStagesSideBySide() {
        assertThat(ProgressLine.render(List.of(stage(1, 0, 1, 1, 2), stage(2, 0, 0, 1, 2)), 64))
                .isEqualTo("[stage 1 =====>     (1 + 1) / 2][stage 2 >          (0 + 1) / 2]");
    }

    @Test
    void neverHasMoreColumnsThanTheTerminalAndKeepsTheOldestStages() {
        List<StageProgress> many = List.of(
                stage(1, 0, 100, 2, 1000), stage(2, 0, 100, 2, 1000), stage(3, 0, 100, 2, 1000), stage(4, 0, 1, 2, 10));
        for (int width = 1; width < 200; width++) {
            assertThat(ProgressLine.render(many, width)).as("width " + width).hasSizeLessThanOrEqualTo(width);
        }
        assertThat(ProgressLine.render(many, 60))
                .startsWith("[stage 1")
                .contains("[stage 2")
                .doesNotContain("stage 3");
    }

    @Test
    void tellsWhatAStageSpilledOnceItIsAMebibyte() {
        StageProgress little = stage(3, 0, 5, 4, 10).after(0, 4, (1 << 20) - 1);
        assertThat(ProgressLine.render(List.of(little), 70)).endsWith(" (5 + 4) / 10]");
        StageProgress more = little.after(0, 4, 41 << 20);
        assertThat(ProgressLine.render(List.of(more), 70))
                .startsWith("[stage 3: reduceByKey")
                .endsWith(" (5 + 4) / 10, 41 MiB spilled]")
                .hasSize(70);
    }

    @Test
    void isEmptyWhenNothingRuns() {
        assertThat(ProgressLine.render(List.of(), 80)).isEmpty();
    }

    @Test
    void drawsAStageWithoutTasksAsDone() {
        assertThat(ProgressLine.render(List.of(stage(0, 0, 0, 0, 0)), 32))
                .isEqualTo("[stage 0 ========== (0 + 0) / 0]");
    }

    private static StageProgress stage(int id, int epoch, int succeeded, int running, int tasks) {
        return new StageProgress(new StageAttempt(new StageId(id), epoch), REDUCE, tasks, succeeded, running, 0, 0);
    }
}
