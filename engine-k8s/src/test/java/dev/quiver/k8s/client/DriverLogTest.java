package dev.quiver.k8s.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DriverLogTest {
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final DriverLog log = new DriverLog(shown);

    private void comes(String text) throws IOException {
        log.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private String shown() {
        return shown.toString(StandardCharsets.UTF_8);
    }

    @Test
    void showsLinesWithoutTheirTimes() throws IOException {
        assertThat(log.begin()).isEqualTo(Instant.EPOCH);
        comes("2026-01-02T03:04:05.123456789Z a line\n2026-01-02T03:04:06Z  b\n2026-01-02T03:04:07Z \n");
        comes("2026-01-02T03:04:07Z at the same time\n");
        assertThat(shown()).isEqualTo("a line\n b\n\nat the same time\n");
    }

    @Test
    void aConnectionThatBreaksLosesNothingAndRepeatsNothing() throws IOException {
        log.begin();
        comes("2026-01-02T03:04:05.1Z one\n2026-01-02T03:04:05.25Z two\n2026-01-02T03:04:05.3Z thr");
        assertThat(log.begin()).isEqualTo(Instant.parse("2026-01-02T03:04:05.25Z"));
        comes("2026-01-02T03:04:05.1Z one\n2026-01-02T03:04:05.25Z two\n2026-01-02T03:04:05.3Z three\n");
        assertThat(shown()).isEqualTo("one\ntwo\nthree\n");
    }

    @Test
    void showsALastLineThatDoesNotEnd() throws IOException {
        log.begin();
        comes("2026-01-02T03:04:05Z 42");
        assertThat(shown()).isEmpty();
        log.end();
        assertThat(shown()).isEqualTo("42");
        log.end();
        assertThat(shown()).isEqualTo("42");
    }

    @Test
    void showsWhatTheClusterSaysOfTheLog() throws IOException {
        log.begin();
        comes("unable to retrieve container logs\n");
        assertThat(shown()).isEqualTo("unable to retrieve container logs\n");
    }
}
