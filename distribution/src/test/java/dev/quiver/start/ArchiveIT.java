package dev.quiver.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive of classes with a real Java: it is used by driver and executors, and a bad one costs time only. */
class ArchiveIT {
    private static final Path BUILT = Path.of("target", "quiver");

    @TempDir
    Path temporary;

    @Test
    void servesDriverAndExecutorsAndABadOneOnlyCostsTime() throws Exception {
        Path home = copy(temporary.toRealPath().resolve("quiver"));
        run(home, Map.of("QUIVER_ARCHIVE", "now"), "--version");
        Path archive;
        try (Stream<Path> files = Files.list(home.resolve("archive"))) {
            archive = files.toList().get(0);
        }
        assertThat(archive.toString()).endsWith(".jsa");

        Path driver = temporary.resolve("driver.log");
        run(home, Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + driver), "run", "pi", "--master", "local[1]");
        assertThat(loaded(driver, "dev.quiver.Session")).contains("shared objects file");
        assertNoCodecIn(driver);

        Path executor = temporary.resolve("executor.log");
        run(
                home,
                Map.of(),
                "run",
                "pi",
                "--master",
                "local-cluster[1,1,450]",
                "--conf",
                "quiver.executor.extraJavaOptions=-Xlog:class+load:file=" + executor);
        assertThat(loaded(executor, "dev.quiver.runtime.executor.Executor")).contains("shared objects file");
        assertNoCodecIn(executor);

        Files.delete(archive);
        Files.writeString(archive, "this is no archive");
        run(home, Map.of(), "run", "pi", "--master", "local-cluster[1,1,450]");
    }

    /** Compression and its native code are for those who need it; they would show in the time to the first result. */
    private static void assertNoCodecIn(Path log) throws IOException {
        assertThat(Files.readAllLines(log, StandardCharsets.ISO_8859_1))
                .isNotEmpty()
                .noneMatch(line -> line.contains(" net.jpountz.") || line.contains(" com.github.luben."));
    }

    private static String loaded(Path log, String type) throws IOException {
        return Files.readAllLines(log, StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.contains(" " + type + " "))
                .findFirst()
                .orElse("not loaded");
    }

    /** Runs a command that must end well and say nothing but what it was asked for. */
    private static void run(Path home, Map<String, String> environment, String... arguments) throws Exception {
        List<String> command =
                new java.util.ArrayList<>(List.of(home.resolve("bin/quiver").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> variables = new TreeMap<>(builder.environment());
        variables.keySet().removeIf(name -> name.startsWith("QUIVER_") || name.startsWith("JDK_JAVA"));
        variables.put("JAVA_HOME", System.getProperty("java.home"));
        variables.putAll(environment);
        builder.environment().clear();
        builder.environment().putAll(variables);
        builder.redirectErrorStream(true);
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said.lines().filter(line -> !line.startsWith("NOTE: Picked up")))
                .as(said)
                .allMatch(line -> line.startsWith("quiver ")
                        || line.startsWith("pi is about ")
                        || line.endsWith(" s from session start to result"));
    }

    private static Path copy(Path home) throws IOException {
        try (Stream<Path> files = Files.walk(BUILT)) {
            for (Path file : files.toList()) {
                if (!file.startsWith(BUILT.resolve("archive"))) {
                    Files.copy(
                            file,
                            home.resolve(BUILT.relativize(file).toString()),
                            java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        return home;
    }
}
