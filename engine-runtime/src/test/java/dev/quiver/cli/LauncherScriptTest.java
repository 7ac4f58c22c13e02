package dev.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.runtime.process.JvmFlags;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Runs the launcher script with a Java and a Maven that only tell how they were called. */
class LauncherScriptTest {
    private static final Path SCRIPT = Path.of("..", "bin", "quiver");

    private static final String MAVEN_THAT_BUILDS = "echo maven \"$@\" in \"$(pwd -P)\"\n"
            + "echo built >> \"$(dirname \"$0\")/builds\"\nsleep 0.3\n"
            + "mkdir -p distribution/target/quiver/jars && touch distribution/target/quiver/jars/engine-runtime-1.jar";

    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void resolveLinks() throws IOException {
        folder = temporary.toRealPath();
    }

    @Test
    void isWellFormedForBash() throws Exception {
        assertThat(run(Map.of(), "bash", "-n", SCRIPT.toString())).isEqualTo(new Ended(0, "", ""));
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 21, 23, 24, 25, 30})
    void startsJavaWithTheFlagsThatExecutorsGet(int feature) throws Exception {
        Ended printed = run(Map.of("QUIVER_PRINT_FLAGS", String.valueOf(feature)), SCRIPT.toString());
        assertThat(printed.out().lines()).isEqualTo(JvmFlags.forJava(feature));
    }

    @Test
    void knowsWhichOptionsTakeAValue() throws Exception {
        CommandSpec quiver = Grammar.quiver(ExampleIndex.on(ClassLoader.getPlatformClassLoader()), List.of());
        TreeSet<String> takingValues = new TreeSet<>();
        for (String command : List.of(Grammar.SUBMIT, Grammar.RUN, Grammar.BENCH)) {
            for (OptionSpec option :
                    quiver.subcommands().get(command).getCommandSpec().options()) {
                if (option.arity().max() > 0) {
                    takingValues.addAll(List.of(option.names()));
                }
            }
        }
        String line = Files.readAllLines(SCRIPT).stream()
                .filter(candidate -> candidate.startsWith("VALUE_OPTIONS="))
                .findFirst()
                .orElseThrow();
        String list =
                line.substring(line.indexOf('"') + 1, line.lastIndexOf('"')).strip();
        assertThat(new TreeSet<>(Arrays.asList(list.split(" ")))).isEqualTo(takingValues);
    }

    @Test
    void runsADistributionThroughLinksFromAnyFolderWithSpacesInItsName() throws Exception {
        Path home = distribution(folder.resolve("my quiver"));
        Path link = Files.createSymbolicLink(
                folder.resolve("link"), home.resolve("bin").resolve("quiver"));
        Path relative = Files.createSymbolicLink(folder.resolve("second link"), Path.of("link"));
        for (Path script : List.of(home.resolve("bin/quiver"), link, relative)) {
            Ended ended = run(java("17.0.9"), script.toString(), "run", "pi", "a b", "");
            assertThat(ended.code()).as(ended.err()).isZero();
            assertThat(ended.out().lines())
                    .containsSequence(
                            "-cp",
                            home + "/jars/*:" + home + "/examples/quiver-examples.jar",
                            "dev.quiver.cli.Main",
                            "run",
                            "pi",
                            "a b",
                            "")
                    .containsAll(JvmFlags.forJava(17))
                    .contains("-XX:+UseParallelGC", "-Dlog4j2.configurationFile=" + home + "/conf/log4j2.xml");
        }
    }

    @Test
    void leavesTheExamplesOutOfTheClassPathOfAnApplication() throws Exception {
        Path home = distribution(folder.resolve("quiver"));
        Ended ended = run(java("25.0.3"), home.resolve("bin/quiver").toString(), "submit", "app.jar");
        assertThat(ended.out().lines())
                .containsSequence("-cp", home + "/jars/*", "dev.quiver.cli.Main", "submit", "app.jar")
                .containsAll(JvmFlags.forJava(25));
    }

    @Test
    void sizesTheHeapByFlagElseByEnvironment() throws Exception {
        assertThat(heap("submit", "--driver-memory", "2g", "app.jar")).isEqualTo("-Xmx2g");
        assertThat(heap("submit", "--class", "a.B", "--driver-memory=700", "app.jar"))
                .isEqualTo("-Xmx700m");
        assertThat(heap("run", "pi", "100", "--driver-memory", "512MiB")).isEqualTo("-Xmx512m");
        assertThat(heap("submit", "app.jar", "--driver-memory", "2g")).isEqualTo("");
        assertThat(heap("submit", "--name", "--driver-memory", "app.jar")).isEqualTo("");
        assertThat(heap("run", "pi", "--", "--driver-memory", "2g")).isEqualTo("");

        Map<String, String> environment = java("17.0.9");
        environment = with(environment, "QUIVER_DRIVER_MEMORY", "3g");
        Path home = distribution(folder.resolve("sized"));
        assertThat(run(environment, home.resolve("bin/quiver").toString(), "run")
                        .out())
                .contains("-Xmx3g\n");
        Ended wrong = run(java("17.0.9"), home.resolve("bin/quiver").toString(), "run", "--driver-memory", "much");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err())
                .contains("--driver-memory: 'much' is not a size")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.8.0_402", "11.0.2", "16", "25", "25.0.0", "25.0.1", "25.0.2", "25.0.2.0.1"})
    void refusesAJavaThatIsTooOldOrCorruptsMemory(String version) throws Exception {
        Path home = distribution(folder.resolve("quiver"));
        Ended ended = run(java(version), home.resolve("bin/quiver").toString(), "--version");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).contains("Java " + version, "JAVA_HOME").hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"17", "17.0.15", "21.0.1", "24", "25.0.3", "25.0.10", "25.1", "26-ea"})
    void acceptsEveryOtherJava(String version) throws Exception {
        Path home = distribution(folder.resolve("quiver"));
        Ended ended = run(java(version), home.resolve("bin/quiver").toString(), "--version");
        assertThat(ended.code()).as(ended.err()).isZero();
    }

    @Test
    void asksAJavaWithoutAReleaseFileForItsVersion() throws Exception {
        Path home = distribution(folder.resolve("quiver"));
        Map<String, String> environment = java("16.0.1");
        Files.delete(Path.of(environment.get("JAVA_HOME")).resolve("release"));
        Ended ended = run(environment, home.resolve("bin/quiver").toString(), "--version");
        assertThat(ended.err()).contains("Java 16.0.1").hasLineCount(1);
    }

    @Test
    void saysWhatToDoWithoutAJava() throws Exception {
        Path home = distribution(folder.resolve("quiver"));
        String script = home.resolve("bin/quiver").toString();
        Ended none = run(Map.of("PATH", tools().toString(), "JAVA_HOME", ""), script);
        assertThat(none.code()).isEqualTo(2);
        assertThat(none.err()).contains("there is no Java", "JAVA_HOME").hasLineCount(1);
        Ended wrong = run(Map.of("JAVA_HOME", "/nowhere"), script);
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("JAVA_HOME is '/nowhere'").hasLineCount(1);
    }

    @Test
    void buildsTheDistributionOfACheckoutOnceThoughManyStartTogether() throws Exception {
        Path checkout = checkout(folder.resolve("check out"));
        Map<String, String> environment = withMaven(MAVEN_THAT_BUILDS);
        List<Process> processes = new ArrayList<>();
        for (int index = 0; index < 4; index++) {
            processes.add(start(environment, checkout.resolve("bin/quiver").toString(), "run", "pi"));
        }
        for (Process process : processes) {
            Ended ended = end(process);
            assertThat(ended.code()).as(ended.err()).isZero();
            assertThat(ended.out()).contains("dev.quiver.cli.Main").doesNotContain("maven");
        }
        assertThat(Files.readAllLines(folder.resolve("maven/builds"))).hasSize(1);
        assertThat(checkout.resolve("distribution/target/build.lock")).doesNotExist();

        Ended again = run(environment, checkout.resolve("bin/quiver").toString(), "run", "pi");
        assertThat(again.err()).isEmpty();
        assertThat(Files.readAllLines(folder.resolve("maven/builds"))).hasSize(1);
    }

    @Test
    void tellsOfTheBuildOnStandardErrorOnly() throws Exception {
        Path checkout = checkout(folder.resolve("checkout"));
        Ended ended =
                run(withMaven(MAVEN_THAT_BUILDS), checkout.resolve("bin/quiver").toString(), "run", "pi");
        assertThat(ended.err()).contains("quiver: building the distribution", "maven -q", "package in " + checkout);
        assertThat(ended.out()).doesNotContain("maven");
    }

    @Test
    void takesOverFromABuildThatWasKilled() throws Exception {
        Path checkout = checkout(folder.resolve("checkout"));
        Path target = checkout.resolve("distribution/target");
        Files.createDirectories(target.resolve("quiver/jars"));
        Files.createFile(target.resolve("quiver/jars/engine-runtime-half.jar"));
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Files.createSymbolicLink(target.resolve("build.lock"), Path.of(String.valueOf(gone.pid())));
        Ended ended =
                run(withMaven(MAVEN_THAT_BUILDS), checkout.resolve("bin/quiver").toString(), "run", "pi");
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(Files.readAllLines(folder.resolve("maven/builds"))).hasSize(1);
        assertThat(target.resolve("quiver/jars/engine-runtime-half.jar")).doesNotExist();
    }

    @Test
    void leavesNothingHalfBuiltWhenTheBuildFails() throws Exception {
        Path checkout = checkout(folder.resolve("checkout"));
        Ended ended = run(
                withMaven("mkdir -p distribution/target/quiver/jars; echo broken; exit 3"),
                checkout.resolve("bin/quiver").toString(),
                "run");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).contains("broken", "quiver: the build failed");
        assertThat(checkout.resolve("distribution/target/quiver")).doesNotExist();
        assertThat(checkout.resolve("distribution/target/build.lock")).doesNotExist();
    }

    @Test
    void saysWhatToDoWithoutMaven() throws Exception {
        Path checkout = checkout(folder.resolve("checkout"));
        Map<String, String> environment = with(java("17.0.9"), "PATH", tools().toString());
        Ended ended = run(environment, checkout.resolve("bin/quiver").toString(), "run");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).contains("no Maven to build it").hasLineCount(1);
        assertThat(checkout.resolve("distribution/target/build.lock")).doesNotExist();
    }

    private String heap(String... args) throws Exception {
        Path home = distribution(folder.resolve("quiver"));
        List<String> line = new ArrayList<>(List.of(home.resolve("bin/quiver").toString()));
        line.addAll(List.of(args));
        Ended ended = run(java("17.0.9"), line.toArray(String[]::new));
        assertThat(ended.code()).as(ended.err()).isZero();
        return ended.out()
                .lines()
                .filter(flag -> flag.startsWith("-Xmx"))
                .findFirst()
                .orElse("");
    }

    private Path distribution(Path home) throws IOException {
        Files.createDirectories(home.resolve("jars"));
        copyScript(home);
        return home;
    }

    private Path checkout(Path root) throws IOException {
        Files.createDirectories(root.resolve("distribution"));
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        copyScript(root);
        return root;
    }

    private static void copyScript(Path home) throws IOException {
        Files.createDirectories(home.resolve("bin"));
        Path copy = home.resolve("bin/quiver");
        Files.deleteIfExists(copy);
        executable(copy, Files.readString(SCRIPT));
    }

    /** A Java of this version that prints its arguments, one a line. */
    private Map<String, String> java(String version) throws IOException {
        Path home = folder.resolve("java-" + version);
        Files.createDirectories(home.resolve("bin"));
        executable(
                home.resolve("bin/java"),
                "#!/usr/bin/env bash\nif [ \"$1\" = -version ]; then echo 'openjdk version \"" + version
                        + "\" 2021-01-01' >&2; else printf '%s\\n' \"$@\"; fi\n");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return Map.of("JAVA_HOME", home.toString());
    }

    private Map<String, String> withMaven(String statements) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("maven"));
        executable(bin.resolve("mvn"), "#!/usr/bin/env bash\n" + statements + "\n");
        return with(java("17.0.9"), "PATH", bin + ":" + System.getenv("PATH"));
    }

    /** A path with what the script needs, but without Java and Maven. */
    private Path tools() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("tools"));
        for (String tool :
                List.of("bash", "env", "readlink", "dirname", "mkdir", "ln", "rm", "sleep", "stty", "grep")) {
            for (String place : List.of("/usr/bin", "/bin")) {
                if (Files.exists(Path.of(place, tool)) && !Files.exists(bin.resolve(tool))) {
                    Files.createSymbolicLink(bin.resolve(tool), Path.of(place, tool));
                }
            }
        }
        return bin;
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Map<String, String> with(Map<String, String> environment, String name, String value) {
        Map<String, String> copy = new TreeMap<>(environment);
        copy.put(name, value);
        return copy;
    }

    private static Ended run(Map<String, String> environment, String... command) throws Exception {
        return end(start(environment, command));
    }

    private static Process start(Map<String, String> environment, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("QUIVER_"));
        // Else a process would go on making an archive of classes when the test has ended.
        builder.environment().put("QUIVER_ARCHIVE", "off");
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Ended end(Process process) throws Exception {
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), out, err);
    }

    private record Ended(int code, String out, String err) {}
}
