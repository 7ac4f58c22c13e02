package dev.quiver.runtime.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

class LoggingOnDemandTest {
    private final List<String> asked = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();

    @TempDir
    Path folder;

    @Test
    void doesNotAskForTheBackendBelowTheThreshold() {
        Logger logger = logger(Level.WARN);
        logger.info("nobody wants {}", "this");
        logger.debug("nor this");
        assertThat(logger.isInfoEnabled()).isFalse();
        assertThat(logger.isWarnEnabled()).isTrue();
        assertThat(asked).isEmpty();
    }

    @Test
    void asksOnceAndHandsOnEveryLineFromTheThresholdOn() {
        Logger logger = logger(Level.INFO);
        logger.info("one {}", 1);
        logger.warn("two", new IllegalStateException("broken"));
        logger.atError().log("three");
        assertThat(asked).containsExactly("some.Name");
        assertThat(lines).containsExactly("INFO one 1", "WARN two broken", "ERROR three");
    }

    @Test
    void takesUnknownLevelsForTheLeastSoThatTheBackendDecides() {
        assertThat(LoggingOnDemand.threshold("debug")).isEqualTo(Level.DEBUG);
        assertThat(LoggingOnDemand.threshold("OFF")).isEqualTo(Level.TRACE);
        assertThat(LoggingOnDemand.threshold("ALL")).isEqualTo(Level.TRACE);
    }

    @Test
    void knowsTheShippedConfigurationFromAChangedOne() throws IOException {
        Path file = folder.resolve("log4j2.xml");
        try (InputStream shipped = LoggingOnDemand.class.getResourceAsStream("log4j2.xml")) {
            Files.copy(shipped, file);
        }
        assertThat(ShippedConfiguration.isUnchanged(file.toString())).isTrue();
        Files.writeString(file, Files.readString(file).replace("WARN", "INFO"));
        assertThat(ShippedConfiguration.isUnchanged(file.toString())).isFalse();
        assertThat(ShippedConfiguration.isUnchanged(folder.resolve("none").toString()))
                .isFalse();
        assertThat(ShippedConfiguration.isUnchanged("https://host/log4j2.xml")).isFalse();
    }

    private Logger logger(Level threshold) {
        return new DeferredLogger("some.Name", threshold, name -> {
            asked.add(name);
            return new Backend();
        });
    }

    private final class Backend extends LegacyAbstractLogger {
        private static final long serialVersionUID = 1;

        @Override
        public boolean isTraceEnabled() {
            return true;
        }

        @Override
        public boolean isDebugEnabled() {
            return true;
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }

        @Override
        protected String getFullyQualifiedCallerName() {
            return Backend.class.getName();
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level, Marker marker, String pattern, Object[] arguments, Throwable thrown) {
            lines.add(level + " " + MessageFormatter.basicArrayFormat(pattern, arguments)
                    + (thrown == null ? "" : " " + thrown.getMessage()));
        }
    }
}
