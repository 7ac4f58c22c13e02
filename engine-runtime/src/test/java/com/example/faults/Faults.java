package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.SessionBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Faults of {@code quiver.chaos.plan}, and the file in which every process writes down those that took effect.
 *
 * @param plan faults, separated by semicolons
 */
record Faults(String plan, Path log) {
    SessionBuilder in(SessionBuilder session) {
        return session.config("quiver.chaos.plan", plan).config("quiver.chaos.log", log.toString());
    }

    /** The lines of faults that took effect and contain this text. */
    List<String> effective(String text) throws Exception {
        return Files.exists(log)
                ? Files.readAllLines(log).stream()
                        .filter(line -> line.contains(text))
                        .toList()
                : List.of();
    }

    void awaitEffect(String text) throws Exception {
        Eventually.until("'" + text + "' took effect", () -> !effective(text).isEmpty());
    }

    /** A fault that never happened shows nothing: every fault of the plan must have taken effect in some process. */
    void requireAllEffective() throws Exception {
        for (String fault : plan.split(";")) {
            assertThat(effective(fault.strip()))
                    .as("'%s' never took effect", fault.strip())
                    .isNotEmpty();
        }
    }
}
