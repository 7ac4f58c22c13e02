package dev.quiver.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SalesTest {
    @Test
    void printsWhatTheReadmeSays() throws Exception {
        assertThat(RunExample.output(Sales::main)).containsExactly("Lyon sold 7", "Oslo sold 5");
    }
}
