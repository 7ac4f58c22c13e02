package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Session;
import dev.quiver.runtime.process.JvmFlags;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
            try (Session session = Session.builder()
                    .master("local-cluster[2,1,128]")
                    .config("quiver.local.dir", arguments[0])
                    .create()) {
                Words.random(10_000, 100)
                        .count(session, 2, new Gate(arguments[1]), new Gate(arguments[2]))
                        .count();
            }
        }
    }

    @Test
    void executorsOfAKilledDriverEndAndTakeTheirFilesWithThem() throws Exception {
        Gate mapping = openGate("mapping");
        Gate reducing = gate("reducing");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JvmFlags.forThisJava());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Driver.class.getName()));
        command.addAll(List.of(local.toString(), mapping.folder(), reducing.folder()));
        Process driver = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(folder.resolve("driver.log").toFile())
                .start();
        Set<Long> executors;
        try {
            executors = reducing.awaitProcesses(2);
            assertThat(executorFolders()).hasSize(2);
        } finally {
            driver.destroyForcibly().waitFor();
        }
        Processes.awaitEnd(executors);
        assertThat(executorFolders()).isEmpty();
        try (Session session = session("local[1]").create()) {
            assertThat(session.range(0, 10).count()).isEqualTo(10);
            Eventually.until(
                    "the next session has swept",
                    () -> Processes.contents(local).stream()
                            .allMatch(left -> left.getFileName()
                                    .toString()
                                    .startsWith(
                                            "quiver-" + ProcessHandle.current().pid() + "-")));
        }
    }

    private List<Path> executorFolders() throws Exception {
        try (Stream<Path> all = Files.walk(local)) {
            return all.filter(path -> path.getFileName().toString().startsWith("executor-"))
                    .toList();
        }
    }
}
