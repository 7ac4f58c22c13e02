package dev.quiver.block;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A JDK in which Fray decides which thread goes on at each lock, wait and volatile access. Linked once from a JDK 25 of
 * this machine, in seconds, and kept with what the build made; older ones do not let their {@code Object.wait} be changed.
 */
final class InstrumentedJdk {
    private static final Path FOLDER = Path.of("target", "fray").toAbsolutePath();
    private static final String MODULES =
            "java.base,java.instrument,java.logging,java.management,java.naming,java.rmi,java.xml,jdk.unsupported";

    private final Path home;

    private InstrumentedJdk(Path home) {
        this.home = home;
    }

    /** Empty where Fray cannot run: it needs Linux on x86-64, and a JDK 25 that can link. */
    static Optional<InstrumentedJdk> find() throws Exception {
        boolean fits = System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
        Optional<Path> jdk = fits ? jdk25() : Optional.empty();
        return jdk.isEmpty() ? Optional.empty() : Optional.of(new InstrumentedJdk(linkedFrom(jdk.get())));
    }

    /** The one that runs this, or one beside it. */
    private static Optional<Path> jdk25() throws IOException {
        Path mine = Path.of(System.getProperty("java.home")).toRealPath();
        List<Path> all = new ArrayList<>(List.of(mine));
        try (Stream<Path> beside = Files.list(mine.getParent())) {
            beside.sorted().forEach(all::add);
        }
        for (Path home : all) {
            Path release = home.resolve("release");
            if (Files.isExecutable(home.resolve("bin/jlink"))
                    && Files.isRegularFile(release)
                    && Files.readString(release).contains("JAVA_VERSION=\"25")) {
                return Optional.of(home);
            }
        }
        return Optional.empty();
    }

    private static Path linkedFrom(Path jdk) throws Exception {
        Path linked = FOLDER.resolve("jdk");
        Path origin = FOLDER.resolve("jdk-from");
        String from = jdk + " " + jar("fray-instrumentation-jdk");
        if (!Files.exists(origin) || !Files.readString(origin).equals(from)) {
            delete(linked);
            Files.createDirectories(FOLDER);
            extractAgent();
            link(jdk, linked);
            Files.writeString(origin, from);
        }
        return linked;
    }

    private static void link(Path jdk, Path into) throws Exception {
        // jlink itself needs the instrumenting plugin and what that uses, as modules.
        String plugin = String.join(
                ":",
                classPath().stream()
                        .filter(entry ->
                                entry.matches(".*/(fray-(core|rmi|runtime|instrumentation-(base|jdk))|asm|kotlin|"
                                        + "annotations|clikt|colormath|mordant|jna|hamcrest)[^/]*\\.jar"))
                        .toList());
        List<String> command = new ArrayList<>(List.of(
                jdk.resolve("bin/jlink").toString(),
                "-J-javaagent:" + jar("fray-instrumentation-jdk"),
                "-J--module-path=" + plugin,
                "-J--class-path=" + plugin,
                "-J--add-modules=org.pastalab.fray.instrumentation.jdk",
                "--add-modules=" + MODULES,
                "--output=" + into,
                "--fray-instrumentation"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + " failed: " + said);
        }
    }

    private static void extractAgent() throws IOException {
        try (FileSystem jar = FileSystems.newFileSystem(Path.of(jar("fray-jvmti-linux-x8664")))) {
            Files.copy(jar.getPath("libjvmti.so"), agent(), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static Path agent() {
        return FOLDER.resolve("libjvmti.so");
    }

    private static List<String> classPath() {
        return Arrays.asList(System.getProperty("java.class.path").split(":"));
    }

    private static String jar(String name) {
        return classPath().stream()
                .filter(entry -> entry.contains("/" + name + "-"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(name + " is not on the class path"));
    }

    /**
     * Runs a program in many interleavings, or again in one that failed.
     *
     * @param first class path entries to stand before those of this process; may be empty
     * @return null when none failed; else what was said
     */
    String run(String program, List<Path> first, int times, Path files) throws Exception {
        Path report = FOLDER.resolve("report-" + program);
        List<String> path = new ArrayList<>();
        first.forEach(entry -> path.add(entry.toString()));
        // Without a library to log to: starting it takes more steps than a program.
        classPath().stream().filter(entry -> !entry.contains("/log4j-")).forEach(path::add);
        boolean again = program.equals(System.getProperty("quiver.fray.again"));
        List<String> command = new ArrayList<>(List.of(
                home.resolve("bin/java").toString(),
                "-ea",
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-agentpath:" + agent(),
                "-javaagent:" + jar("fray-instrumentation-agent"),
                "-cp",
                String.join(":", path),
                "org.pastalab.fray.core.MainKt",
                "--output=" + (again ? report + "-again" : report),
                "--iter=" + times,
                "--timeout=" + TimeUnit.HOURS.toSeconds(1),
                "--network-delegate-type=none",
                "--system-time-delegate-type=none",
                "--clazz=" + Interleavings.class.getName(),
                "--method=main",
                "--args=" + program + ":" + files));
        command.addAll(
                again
                        ? List.of("--scheduler=replay", "--path-to-scheduler=" + report.resolve("recording"))
                        : List.of("--scheduler=pos"));
        Path said = FOLDER.resolve(program + ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        boolean ended = process.waitFor(10 + times / 5, TimeUnit.MINUTES);
        process.destroyForcibly();
        if (ended && process.exitValue() == 0) {
            return null;
        }
        List<String> lines = Files.readAllLines(said);
        return (ended ? "" : "It hangs. ") + "To run it again: -Dquiver.fray.again=" + program + ". "
                + String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
