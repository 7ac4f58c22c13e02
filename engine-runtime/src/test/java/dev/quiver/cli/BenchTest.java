package dev.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {
    @TempDir
    Path folder;

    @Test
    void withoutAWorkloadListsThem() throws Exception {
        try (URLClassLoader installed = withIndex("narrow=acme.Narrow=Adds longs\nsort=acme.Sort=Sorts\n")) {
            CommandLineRun run = CommandLineRun.on(installed, "bench");
            assertThat(run.code()).isZero();
            assertThat(run.out()).contains("narrow      Adds longs", "sort        Sorts");
        }
    }

    @Test
    void saysWhatIsMissingWhenNoBenchmarksAreInstalled() {
        CommandLineRun run = CommandLineRun.of("bench", "narrow");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("benchmarks/quiver-benchmarks.jar").hasLineCount(1);
    }

    @Test
    void refusesAMasterThatDoesNotExistBeforeAnythingRuns() throws Exception {
        try (URLClassLoader installed = withIndex("narrow=acme.Narrow=Adds longs\n")) {
            CommandLineRun run = CommandLineRun.on(installed, "bench", "narrow", "--master", "moon", "-Dn=5");
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err()).contains("moon").hasLineCount(1);
        }
    }

    @Test
    void helpListsItsOptions() {
        assertThat(CommandLineRun.of("bench", "--help").out()).contains("--runs", "--data", "-D=NAME", "--master");
    }

    private URLClassLoader withIndex(String lines) throws IOException {
        Path index = folder.resolve(ExampleIndex.BENCHMARKS);
        Files.createDirectories(index.getParent());
        Files.writeString(index, lines);
        return new URLClassLoader(new URL[] {folder.toUri().toURL()}, null);
    }
}
