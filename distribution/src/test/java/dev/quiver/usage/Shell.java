package dev.quiver.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * Runs {@code bin/quiver} of the built distribution in a folder of its own. Working files of driver and executors go to
 * {@link #workingFiles()}, so that a test sees what is left of them.
 */
final class Shell {
    private static final Path QUIVER =
            Path.of("target", "quiver", "bin", "quiver").toAbsolutePath();
    private static final Path CLASSES = Path.of("target", "test-classes");
    private static final long PATIENCE_SECONDS = 60;

    private final Path folder;
    private int started;

    /** How a command ended. */
    record Ended(int code, String out, String err) {}

    /** A command that runs, and where its output goes. */
    record Running(Process process, Path out, Path err) {
        Ended await() {
            try {
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroy();
                    process.waitFor();
                    throw new AssertionError("it did not end; it printed " + Files.readString(err));
                }
                return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", stopped);
            }
        }
    }

    Shell(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(workingFiles());
    }

    Path workingFiles() {
        return folder.resolve("working-files");
    }

    /** The application in a jar of its own, its library in another. */
    void packApplication() throws IOException {
        pack("app.jar", "com/acme");
        pack("library.jar", "com/acme/library");
    }

    private void pack(String jar, String packageFolder) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(folder.resolve(jar)));
                Stream<Path> classes = Files.list(CLASSES.resolve(packageFolder))) {
            for (Path file : classes.filter(Files::isRegularFile).sorted().toList()) {
                out.putNextEntry(new ZipEntry(packageFolder + "/" + file.getFileName()));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
    }

    /** Starts a command; its first word is one of {@code quiver}'s. */
    Running start(String command, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of(QUIVER.toString(), command));
        if (command.equals("submit") || command.equals("run")) {
            line.addAll(List.of("--conf", "quiver.local.dir=" + workingFiles()));
        }
        line.addAll(List.of(arguments));
        Path out = folder.resolve("out-" + ++started);
        Path err = folder.resolve("err-" + started);
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().keySet().removeIf(name -> name.startsWith("QUIVER_") || name.equals("JAVA_TOOL_OPTIONS"));
        return new Running(builder.start(), out, err);
    }

    Ended run(String command, String... arguments) throws IOException {
        return start(command, arguments).await();
    }

    /** Submits a scenario of the application. */
    Running startScenario(String master, String... scenario) throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of("--master", master, "--class", "com.acme.Scenarios", "--jars", "library.jar", "app.jar"));
        arguments.addAll(List.of(scenario));
        return start("submit", arguments.toArray(String[]::new));
    }

    Ended scenario(String master, String... scenario) throws IOException {
        return startScenario(master, scenario).await();
    }

    /** Nothing of driver or executors is on disk any more. */
    void assertNothingIsLeft() {
        assertThat(workingFiles()).isEmptyDirectory();
    }
}
