package dev.quiver.runtime.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.UsageException;
import dev.quiver.rpc.FrameFaults.Fate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultTextTest {
    @Test
    void readsWhereWhatNumberAndDeed() {
        assertThat(FaultText.parse("driver told:report@executor-1~0 4 twice;; executors task every late 2s"))
                .containsExactly(
                        new Fault("driver", "told:report", "executor-1~0", 4, new Deed.ToFrame(Fate.COMES_TWICE)),
                        new Fault("executors", "task", "", 0, new Deed.Late(Duration.ofSeconds(2))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "driver told:report 1 lost",
                "driver asked:request-commit@executors 2 reset-behind",
                "executor-1 answered:locate-shuffle every late 200ms",
                "executor-0~3 chunk@executors 3 reset",
                "executors opened:fetch-shuffle 1 cut both 0ms",
                "driver told:heartbeat 2 cut in 1500ms",
                "executor-2 told:launch-tasks 7 overtaken",
                "executor-2 write 7 fails",
                "executor-0 write every late 50ms",
                "driver ends 12 kill executor-1",
                "driver millis 1500 freeze executor-0 700ms"
            })
    void printsWhatItReads(String text) {
        assertThat(FaultText.print(FaultText.parse(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "driver task 1 | it is not WHERE WHAT NUMBER DEED",
                "somewhere task 1 late 1s | 'somewhere' is not driver",
                "driver task 0 late 1s | neither 'every' nor a number",
                "driver task 1 vanishes | 'vanishes' is not lost",
                "driver task 1 late | 'late' takes 1 words",
                "driver task 1 late soon | 'soon' is not a time",
                "driver told:report 1 cut up 1s | 'up' is not in, out or both",
                "driver told:nothing 1 lost | request-commit",
                "driver write 1 lost | 'write' takes fails",
                "executors ends 1 kill executor-0 | take kill and freeze",
                "driver ends every kill executor-0 | take kill and freeze",
                "driver task@executors 1 late 1s | 'task' takes late"
            })
    void saysWhichFaultCannotBeReadAndWhy(String text, String why) {
        assertThatThrownBy(() -> FaultText.parse("driver told:report 1 lost; " + text))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining(why)
                .hasMessageContaining("quiver.chaos.plan");
    }

    @Test
    void aPlaceCoversItsProcesses() {
        assertThat(List.of("", "executors", "executor-1", "executor-1~2"))
                .allMatch(place -> Fault.covers(place, "executor-1~2"));
        assertThat(List.of("driver", "executor-1~1", "executor-11", "executor"))
                .noneMatch(place -> Fault.covers(place, "executor-1~2"));
        assertThat(Fault.covers("driver", "driver")).isTrue();
        assertThat(Fault.covers("executors", "driver")).isFalse();
    }
}
