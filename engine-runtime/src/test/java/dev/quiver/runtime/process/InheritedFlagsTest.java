package dev.quiver.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class InheritedFlagsTest {
    @Test
    void addsNothingInAnApplicationThatWasNotStartedByTheScript() {
        assertThat(InheritedFlags.from(name -> null, 17)).isEmpty();
    }

    @Test
    void handsOnTheArchiveSilencingWhatTheJvmSaysWhenItDoesNotFit() {
        Map<String, String> properties = Map.of("quiver.archive", "/q/a b.jsa");
        assertThat(InheritedFlags.from(properties::get, 17))
                .containsExactly("-XX:SharedArchiveFile=/q/a b.jsa", "-Xlog:cds*=off");
        assertThat(InheritedFlags.from(properties::get, 25))
                .containsExactly("-XX:SharedArchiveFile=/q/a b.jsa", "-Xlog:cds*=off", "-Xlog:aot*=off");
    }

    @Test
    void letsExecutorsLogAsTheirDriverDoes() {
        Map<String, String> properties = Map.of("quiver.log.level", "INFO", "slf4j.provider", "x.Y", "other", "no");
        assertThat(InheritedFlags.from(properties::get, 17))
                .containsExactly("-Dslf4j.provider=x.Y", "-Dquiver.log.level=INFO");
    }
}
