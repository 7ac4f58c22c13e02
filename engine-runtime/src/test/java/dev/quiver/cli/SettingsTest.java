package dev.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SettingsTest {
    @TempDir
    Path folder;

    @Test
    void flagsWinOverSettingsAndTheseOverTheFile() throws Exception {
        Path file =
                file("quiver.executor.memory 1g\nquiver.executor.cores=1\nquiver.default.parallelism = 4  \n# no\n");
        LaunchSettings settings = read(
                "--properties-file",
                file.toString(),
                "--conf",
                "quiver.executor.cores=2",
                "-c",
                "quiver.executor.memory=2g",
                "--executor-memory",
                "3g");
        assertThat(settings.config())
                .isEqualTo(Map.of(
                        "quiver.executor.memory", "3g",
                        "quiver.executor.cores", "2",
                        "quiver.default.parallelism", "4"));
    }

    @Test
    void masterAndNameComeFromTheirFlagsElseFromSettings() {
        LaunchSettings flags = read("-c", "quiver.master=local[7]", "--master", "local[2]", "--name", "words");
        assertThat(flags.effectiveMaster()).isEqualTo("local[2]");
        assertThat(flags.appName()).isEqualTo("words");
        assertThat(read("-c", "quiver.master=local[7]").effectiveMaster()).isEqualTo("local[7]");
        assertThat(read().effectiveMaster()).isNull();
    }

    @Test
    void executorFlagsBecomeSettingsAndPlainSizesCountMebibytes() {
        assertThat(read("--executor-memory", "512", "--executor-cores", "2", "--num-executors", "3")
                        .config())
                .isEqualTo(Map.of(
                        "quiver.executor.memory", "512m",
                        "quiver.executor.cores", "2",
                        "quiver.executor.instances", "3"));
    }

    @Test
    void chaosBecomesASeed() {
        assertThat(read("--chaos", "42").config()).isEqualTo(Map.of("quiver.chaos.seed", "42"));
        assertThat(read("--chaos=-7").config()).isEqualTo(Map.of("quiver.chaos.seed", "-7"));
    }

    @Test
    void aSettingMayHoldEqualsSignsAndTheLastOneOfAKeyCounts() {
        assertThat(read("--conf", "quiver.x=a=b", "--conf=quiver.y=1", "-c", "quiver.y = 2")
                        .config())
                .isEqualTo(Map.of("quiver.x", "a=b", "quiver.y", "2"));
    }

    @Test
    void malformedValuesNameTheirOption() {
        refuses("--conf takes key=value", "--conf", "quiver.x");
        refuses("--conf takes key=value", "--conf", "=x");
        refuses("--executor-memory: 'much' is not a size", "--executor-memory", "much");
        refuses("--driver-memory: '-1' is not a size", "--driver-memory=-1");
        refuses("--executor-memory must be more than 0", "--executor-memory", "0");
        refuses("--executor-cores takes a whole number from 1 on, not '0'", "--executor-cores", "0");
        refuses("--chaos takes a whole number, not 'much'", "--chaos", "much");
        refuses("--num-executors takes a whole number from 1 on, not 'two'", "--num-executors", "two");
    }

    @Test
    void aPropertiesFileThatIsMissingOrMalformedIsNamed() throws Exception {
        refuses("--properties-file: there is no file 'gone.conf'", "--properties-file", "gone.conf");
        Path latin = Files.write(folder.resolve("latin.conf"), "a=é".getBytes(StandardCharsets.ISO_8859_1));
        refuses("UTF-8", "--properties-file", latin.toString());
    }

    @Test
    void jarsOfSettingsAreSplitAtCommas() {
        assertThat(read("-c", "quiver.jars=/a.jar, /b.jar").jars())
                .containsExactly(Path.of("/a.jar"), Path.of("/b.jar"));
        assertThat(read().jars()).isEmpty();
    }

    private static void refuses(String message, String... args) {
        assertThatThrownBy(() -> read(args)).isInstanceOf(UsageException.class).hasMessageContaining(message);
    }

    private static LaunchSettings read(String... args) {
        List<String> line = new ArrayList<>(List.of("submit"));
        line.addAll(List.of(args));
        line.add("app.jar");
        ExampleIndex none = ExampleIndex.on(ClassLoader.getPlatformClassLoader());
        return SessionOptions.read(new CommandLine(Grammar.quiver(none, List.of()))
                .parseArgs(line.toArray(String[]::new))
                .subcommand());
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("quiver.conf"), text);
    }
}
