package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Session;
import dev.quiver.SessionBuilder;
import dev.quiver.runtime.process.JvmFlags;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A driver that is killed takes its executors along, though nobody tells them. */
class LostDriverTest extends FaultTest {
    /** The driver that is killed. */
    public static final class Driver {
        private Driver() {}

        public static void main(String[] arguments) throws Exception {
            SessionBuilder builder = Session.builder()
                    .master("local-cluster[2,1,128]")
                    .config("quiver.local.dir", arguments[0])
                    .config("quiver.memory.reserved", "80m");
            for (String setting : Arrays.asList(arguments).subList(3, arguments.length)) {
                int equals = setting.indexOf('=');
                builder = builder.config(setting.substring(0, equals), setting.substring(equals + 1));
            }
            try (Session session = builder.create()) {
                Words.random(10_000, 100)
                        .count(session, 2, new Gate(arguments[1]), new Gate(arguments[2]))
                        .count();
            }
        }
    }

    private Process startDriver(Gate mapping, Gate reducing) throws Exception {
        return startDriver(folder, List.of(local.toString(), mapping.folder(), reducing.folder()));
    }

    /** @param arguments local folder, gates of both stages, then settings as {@code name=value} */
    static Process startDriver(Path folder, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JvmFlags.forJava(Runtime.version().feature()));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Driver.class.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(folder.resolve("driver.log").toFile())
                .start();
    }

    @Test
    void executorsOfAKilledDriverEndAndTakeTheirFilesWithThem() throws Exception {
        Gate reducing = gate("reducing");
        Process driver = startDriver(openGate("mapping"), reducing);
        Set<Long> executors;
        try {
            executors = reducing.awaitProcesses(2);
            assertThat(executorFolders()).hasSize(2);
        } finally {
            driver.destroyForcibly().waitFor();
        }
        Processes.awaitEnd(executors);
        assertThat(executorFolders()).isEmpty();
        sweepWithASession();
    }

    @Test
    void theFilesOfFrozenExecutorsAreSweptWhenTheirDriverIsDeadAndNotBefore() throws Exception {
        Gate reducing = gate("reducing");
        Process driver = startDriver(openGate("mapping"), reducing);
        Set<Long> executors = Set.of();
        try {
            executors = reducing.awaitProcesses(2);
            for (long executor : executors) {
                Processes.signal("STOP", executor);
            }
            assertThat(shuffleFiles()).isNotEmpty();
            try (Session session = session("local[1]").create()) {
                Eventually.until(
                        "the session has swept",
                        () -> Processes.contents(local).stream().anyMatch(LostDriverTest::isOfThisProcess));
                assertThat(session.range(0, 10).count()).isEqualTo(10);
            }
            assertThat(executorFolders()).as("folders of a driver that lives").hasSize(2);
            driver.destroyForcibly().waitFor();
            sweepWithASession();
            assertThat(shuffleFiles()).isEmpty();
        } finally {
            driver.destroyForcibly().waitFor();
            for (long executor : executors) {
                Processes.signal("CONT", executor);
            }
        }
        Processes.awaitEnd(executors);
    }

    private void sweepWithASession() throws Exception {
        try (Session session = session("local[1]").create()) {
            assertThat(session.range(0, 10).count()).isEqualTo(10);
            Eventually.until(
                    "the next session has swept",
                    () -> Processes.contents(local).stream().allMatch(LostDriverTest::isOfThisProcess));
        }
    }

    static boolean isOfThisProcess(Path left) {
        return left.getFileName()
                .toString()
                .startsWith("quiver-" + ProcessHandle.current().pid() + "-");
    }

    private List<Path> shuffleFiles() throws Exception {
        try (Stream<Path> all = Files.walk(local)) {
            return all.filter(path -> path.toString().contains("/shuffle/shuffle-"))
                    .filter(Files::isRegularFile)
                    .toList();
        }
    }

    private List<Path> executorFolders() throws Exception {
        try (Stream<Path> all = Files.walk(local)) {
            return all.filter(path -> path.getFileName().toString().startsWith("executor-"))
                    .toList();
        }
    }
}
