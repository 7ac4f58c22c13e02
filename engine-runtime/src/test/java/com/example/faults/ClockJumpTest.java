package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.runtime.process.JvmFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * R22: the time of day jumps by an hour, for a driver and its executors alone: a small library that is loaded before the
 * system's answers for it. Needs a C compiler.
 */
@Tag("slow")
class ClockJumpTest extends FaultTest {
    /** The time of day, and what a file says on top; the time since the machine began stays what it is. */
    private static final String LIBRARY =
            """
            #define _GNU_SOURCE
            #include <stdio.h>
            #include <stdlib.h>
            #include <sys/syscall.h>
            #include <sys/time.h>
            #include <time.h>
            #include <unistd.h>

            static long offset(void) {
                long seconds = 0;
                FILE *file = fopen(getenv("JUMP_FILE"), "r");
                if (file) {
                    if (fscanf(file, "%ld", &seconds) != 1) seconds = 0;
                    fclose(file);
                }
                return seconds;
            }

            int clock_gettime(clockid_t clock, struct timespec *time) {
                long result = syscall(SYS_clock_gettime, clock, time);
                if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec += offset();
                return result;
            }

            int gettimeofday(struct timeval *time, void *zone) {
                struct timespec now;
                clock_gettime(CLOCK_REALTIME, &now);
                time->tv_sec = now.tv_sec;
                time->tv_usec = now.tv_nsec / 1000;
                return 0;
            }
            """;

    private static final Pattern TIME = Pattern.compile("\"time\":(\\d+)");

    @ParameterizedTest
    @ValueSource(longs = {3600, -3600})
    void losesNobodyAndRunsNothingAgainWhenTheTimeOfDayJumps(long seconds) throws Exception {
        Path jump = folder.resolve("jump");
        Files.writeString(jump, "0");
        Path events = Files.createDirectory(folder.resolve("events"));
        Gate mapping = gate("mapping");
        Gate reducing = gate("reducing");
        Process driver = start(
                library(),
                jump,
                List.of(
                        local.toString(),
                        mapping.folder(),
                        reducing.folder(),
                        "quiver.network.timeout=3s",
                        "quiver.executor.heartbeatInterval=300ms",
                        "quiver.eventLog.dir=" + events));
        try {
            Set<Long> executors = mapping.awaitProcesses(2);
            Files.writeString(jump, String.valueOf(seconds));
            Eventually.after(Duration.ofSeconds(4));
            mapping.open();
            assertThat(reducing.awaitProcesses(2)).isEqualTo(executors);
            Files.writeString(jump, "0");
            Eventually.after(Duration.ofSeconds(4));
            assertThat(executors).allMatch(Processes::lives);
            reducing.open();
            assertThat(driver.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(driver.exitValue())
                    .as(Files.readString(folder.resolve("driver.log")))
                    .isZero();
            assertThat(mapping.arrivals()).hasSize(2);
            assertThat(reducing.arrivals()).hasSize(2);
        } finally {
            driver.destroyForcibly().waitFor();
        }
        assertThat(spreadMillis(events)).as("the clock of the driver jumped").isGreaterThan(3_500_000);
    }

    private Path library() throws Exception {
        Path source = Files.writeString(folder.resolve("jump.c"), LIBRARY);
        Path library = folder.resolve("jump.so");
        try {
            int code = new ProcessBuilder("cc", "-shared", "-fPIC", "-o", library.toString(), source.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
            assertThat(code).as("exit code of cc").isZero();
        } catch (IOException none) {
            Assumptions.abort("there is no C compiler here");
        }
        return library;
    }

    private Process start(Path library, Path jump, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JvmFlags.forJava(Runtime.version().feature()));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), LostDriverTest.Driver.class.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(folder.resolve("driver.log").toFile());
        builder.environment().put("LD_PRELOAD", library.toString());
        builder.environment().put("JUMP_FILE", jump.toString());
        return builder.start();
    }

    private static long spreadMillis(Path events) throws Exception {
        long first = Long.MAX_VALUE;
        long last = 0;
        for (Path file : Processes.contents(events)) {
            for (String line : Files.readAllLines(file)) {
                Matcher time = TIME.matcher(line);
                if (time.find()) {
                    first = Math.min(first, Long.parseLong(time.group(1)));
                    last = Math.max(last, Long.parseLong(time.group(1)));
                }
            }
        }
        return last - first;
    }
}
