package dev.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the launcher script makes an archive of classes, and when it uses one; with a Java that only pretends. */
class LauncherArchiveTest {
    /** Counts the archives it makes; as a command, prints its arguments. */
    private static final String JAVA = """
            #!/usr/bin/env bash
            for argument; do
                case $argument in
                    -XX:DumpLoadedClassList=*) echo a/B > "${argument#*=}"; echo a/B > executor-1.list; exit ;;
                    -Xshare:dump) echo made >> "$(dirname "$0")/made"; [ -e "$(dirname "$0")/broken" ] && exit 1; dump=yes ;;
                    -XX:SharedArchiveFile=*) [ -z "${dump:-}" ] || { echo archive > "${argument#*=}"; exit; } ;;
                esac
            done
            printf '%s\\n' "$@"
            """;

    @TempDir
    Path temporary;

    private Path home;
    private Path javaHome;

    @BeforeEach
    void unpack() throws IOException {
        Path folder = temporary.toRealPath();
        home = folder.resolve("my quiver");
        javaHome = folder.resolve("java");
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("jars"));
        Files.createDirectories(javaHome.resolve("bin"));
        Files.createFile(home.resolve("jars/engine.jar"));
        executable(home.resolve("bin/quiver"), Files.readString(Path.of("..", "bin", "quiver")));
        executable(javaHome.resolve("bin/java"), JAVA);
        release("25.0.3", "25.0.3+9");
        FileTime before = FileTime.from(Instant.now().minus(Duration.ofHours(1)));
        Files.setLastModifiedTime(home.resolve("jars/engine.jar"), before);
        Files.setLastModifiedTime(home.resolve("jars"), before);
    }

    @Test
    void makesOneArchiveForAJavaAndUsesItFromThenOn() throws Exception {
        assertThat(run("now")).contains("-XX:SharedArchiveFile=" + archive()).contains("-Dquiver.archive=" + archive());
        assertThat(run("")).contains("-XX:SharedArchiveFile=" + archive());
        assertThat(run("now")).contains("-XX:SharedArchiveFile=" + archive());
        assertThat(made()).isEqualTo(1);
        assertThat(files()).hasSize(1);
    }

    @Test
    void silencesWhatJavaSaysOfAnArchiveThatDoesNotFit() throws Exception {
        assertThat(run("now")).contains("-Xlog:cds*=off", "-Xlog:aot*=off");
        release("17.0.9", "17.0.9+1");
        assertThat(run("now")).contains("-Xlog:cds*=off").doesNotContain("-Xlog:aot*=off");
    }

    @Test
    void makesAnotherArchiveForAnotherBuildOfJava() throws Exception {
        run("now");
        release("25.0.3", "25.0.3+10");
        run("now");
        assertThat(files()).hasSize(2);
    }

    @Test
    void makesTheArchiveAnewWhenAJarIsNewer() throws Exception {
        run("now");
        Files.setLastModifiedTime(
                home.resolve("jars/engine.jar"), FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(run("off")).noneMatch(flag -> flag.startsWith("-XX:SharedArchiveFile"));
        run("now");
        assertThat(made()).isEqualTo(2);
    }

    @Test
    void runsWithoutAnArchiveThatCannotBeMadeAndDoesNotTryAgain() throws Exception {
        Files.createFile(javaHome.resolve("bin/broken"));
        assertThat(run("now")).contains("dev.quiver.cli.Main").noneMatch(flag -> flag.contains("Archive"));
        assertThat(run("now")).contains("dev.quiver.cli.Main").noneMatch(flag -> flag.contains("Archive"));
        assertThat(made()).isEqualTo(1);
        assertThat(files()).singleElement().asString().endsWith(".jsa.failed");
    }

    @Test
    void takesOverFromAMakerThatWasKilled() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Files.createDirectories(home.resolve("archive"));
        Files.createSymbolicLink(home.resolve("archive/lock"), Path.of(String.valueOf(gone.pid())));
        assertThat(run("now")).contains("-XX:SharedArchiveFile=" + archive());
        assertThat(files()).hasSize(1);
    }

    @Test
    void leavesTheArchiveAloneWhenSwitchedOff() throws Exception {
        run("now");
        assertThat(run("off")).noneMatch(flag -> flag.contains("rchive"));
    }

    private void release(String version, String build) throws IOException {
        Files.writeString(
                javaHome.resolve("release"),
                "JAVA_VERSION=\"" + version + "\"\nJAVA_RUNTIME_VERSION=\"" + build + "\"\nOS_ARCH=\"x86_64\"\n");
    }

    private Path archive() {
        return home.resolve("archive/java-25.0.3-25.0.3+9-x8664.jsa");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("archive"))) {
            return files.toList();
        }
    }

    private int made() throws IOException {
        return Files.readAllLines(javaHome.resolve("bin/made")).size();
    }

    /** Runs a command that makes no archive by itself; returns the arguments of its Java. */
    private List<String> run(String archive) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(home.resolve("bin/quiver").toString(), "--version");
        builder.environment().keySet().removeIf(name -> name.startsWith("QUIVER_"));
        builder.environment().put("QUIVER_ARCHIVE", archive);
        builder.environment().put("JAVA_HOME", javaHome.toString());
        builder.redirectErrorStream(true);
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        return out.lines().toList();
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
