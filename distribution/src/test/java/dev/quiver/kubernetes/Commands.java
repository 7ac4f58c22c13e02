package dev.quiver.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** Submits the test application to a cluster, with the commands of a built distribution. */
final class Commands {
    private static final Path QUIVER =
            Path.of("target", "quiver", "bin", "quiver").toAbsolutePath();
    private static final String APPLICATION = "com/acme/pods";
    private static final long PATIENCE_SECONDS = 240;

    private final Path folder;
    private final String server;
    private final String namespace;
    private final String image;
    private final List<Running> all = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();

    /** How a command ended. */
    record Ended(int code, String out, String err, double seconds) {}

    /** A command that runs. */
    record Running(Process process, Path outFile, Path errFile, long begunNanos) {
        String out() {
            return read(outFile);
        }

        String err() {
            return read(errFile);
        }

        Ended await() {
            try {
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    throw new AssertionError("it did not end; it printed " + err());
                }
                return new Ended(process.exitValue(), out(), err(), (System.nanoTime() - begunNanos) / 1e9);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", stopped);
            }
        }

        /** Presses Ctrl-C. The command is this process itself: its script has replaced itself. */
        void interrupt() throws IOException, InterruptedException {
            new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                    .start()
                    .waitFor();
        }

        private static String read(Path file) {
            try {
                return Files.readString(file);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    Commands(Path folder, String server, String namespace, String image) {
        this.folder = folder;
        this.server = server;
        this.namespace = namespace;
        this.image = image;
    }

    void packApplication() throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(folder.resolve("jobs.jar")));
                Stream<Path> classes = Files.list(Path.of("target", "test-classes", APPLICATION))) {
            for (Path file : classes.filter(Files::isRegularFile).sorted().toList()) {
                out.putNextEntry(new ZipEntry(APPLICATION + "/" + file.getFileName()));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
    }

    /** Submits a job of the application. */
    Running start(String mode, List<String> options, String... job) throws IOException {
        return startAt(server, mode, options, job);
    }

    /** The same through another address of the API server. */
    Running startAt(String address, String mode, List<String> options, String... job) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                QUIVER.toString(),
                "submit",
                "--master",
                "k8s://" + address,
                "--deploy-mode",
                mode,
                "--driver-memory",
                "256m",
                "--executor-memory",
                "512m",
                "--conf",
                "quiver.kubernetes.namespace=" + namespace,
                "--conf",
                "quiver.kubernetes.container.image=" + image,
                "--conf",
                "quiver.kubernetes.executor.request.cores=100m",
                "--conf",
                "quiver.kubernetes.driver.request.cores=100m",
                "--conf",
                "quiver.kubernetes.authenticate.driver.serviceAccountName=quiver-driver",
                "--conf",
                "quiver.local.dir=" + (mode.equals("client") ? folder : "/var/lib/quiver")));
        line.addAll(options);
        line.addAll(List.of("--class", "com.acme.pods.PodJobs", "jobs.jar"));
        line.addAll(List.of(job));
        int number = all.size();
        Path out = folder.resolve("out-" + number);
        Path err = folder.resolve("err-" + number);
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("QUIVER_ARCHIVE", "off");
        builder.environment().putAll(environment);
        Running running = new Running(builder.start(), out, err, System.nanoTime());
        all.add(running);
        return running;
    }

    /** Sets a variable for the commands from now on. */
    void set(String variable, String value) {
        environment.put(variable, value);
    }

    Ended run(String mode, List<String> options, String... job) throws IOException {
        return start(mode, options, job).await();
    }

    void endAll() {
        all.forEach(running -> running.process().destroyForcibly());
    }
}
