package dev.quiver.runtime.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {
    @Test
    void thereIsNoneInAPipe() {
        assertThat(Terminal.find(System.err, null, Map.of("TERM", "xterm"))).isEmpty();
    }

    @Test
    void takesItsWidthFromColumns() {
        assertThat(Terminal.columns("132")).isEqualTo(132);
        assertThat(Terminal.columns(" 90 ")).isEqualTo(90);
    }

    @Test
    void isEightyWideWhenColumnsSaysNothingUsable() {
        assertThat(Terminal.columns(null)).isEqualTo(80);
        assertThat(Terminal.columns("")).isEqualTo(80);
        assertThat(Terminal.columns("wide")).isEqualTo(80);
        assertThat(Terminal.columns("3")).isEqualTo(80);
    }
}
