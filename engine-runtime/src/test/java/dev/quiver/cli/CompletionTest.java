package dev.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources the script in a bash and presses the Tab key there. */
class CompletionTest {
    @TempDir
    Path folder;

    @BeforeEach
    void writeScript() throws IOException {
        Path index = folder.resolve(ExampleIndex.LOCATION);
        Files.createDirectories(index.getParent());
        Files.writeString(index, "pi=acme.Pi=Estimates pi\nwordcount=acme.Words=Counts words\n");
        Files.createFile(folder.resolve("words.jar"));
        try (URLClassLoader classPath =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
            CommandLineRun run = CommandLineRun.on(classPath, "completion", "bash");
            assertThat(run.code()).isZero();
            Files.writeString(folder.resolve("completion.sh"), run.out());
        }
    }

    @Test
    void completesCommands() throws Exception {
        assertThat(complete("quiver", "su")).containsExactly("submit");
        assertThat(complete("quiver", "")).contains("submit", "run", "completion", "help");
    }

    @Test
    void completesOptions() throws Exception {
        assertThat(complete("quiver", "submit", "--")).contains("--master", "--class", "--jars", "--properties-file");
        assertThat(complete("quiver", "submit", "--ma")).containsExactly("--master");
        for (String command : List.of("submit", "run", "bench")) {
            assertThat(complete("quiver", command, "--cha")).containsExactly("--chaos");
        }
        assertThat(complete("quiver", "run", "pi", "--ver")).containsExactly("--verbose");
    }

    @Test
    void completesMastersAndDeployModes() throws Exception {
        assertThat(complete("quiver", "submit", "--master", "local-"))
                .containsExactly("local-cluster\\[2\\,1\\,512\\]");
        assertThat(complete("quiver", "submit", "--deploy-mode", "")).containsExactly("client", "cluster");
    }

    @Test
    void completesNamesOfExamplesAndThenFiles() throws Exception {
        assertThat(complete("quiver", "run", "wo")).containsExactly("wordcount");
        assertThat(complete("quiver", "run", "wordcount", "wo")).containsExactly("words.jar");
    }

    @Test
    void completesTheJarAndFilesOfOptions() throws Exception {
        assertThat(complete("quiver", "submit", "wo")).containsExactly("words.jar");
        assertThat(complete("quiver", "submit", "--jars", "wo")).containsExactly("words.jar");
        assertThat(complete("quiver", "submit", "--properties-file", "wo")).containsExactly("words.jar");
    }

    @Test
    void servesZshWithTheSameScriptAndNoOtherShell() {
        assertThat(CommandLineRun.of("completion", "zsh").out()).contains("ZSH_VERSION", "bashcompinit");
        CommandLineRun fish = CommandLineRun.of("completion", "fish");
        assertThat(fish.code()).isEqualTo(2);
        assertThat(fish.err()).contains("bash and zsh, not for 'fish'").hasLineCount(1);
    }

    private List<String> complete(String... words) throws Exception {
        StringBuilder script = new StringBuilder("source completion.sh; COMP_WORDS=(");
        for (String word : words) {
            script.append('\'').append(word).append("' ");
        }
        script.append("); COMP_CWORD=").append(words.length - 1);
        script.append("; _complete_quiver 2>/dev/null; printf '%s\\n' \"${COMPREPLY[@]}\"");
        Process bash = new ProcessBuilder("bash", "-c", script.toString())
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String replies = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        bash.waitFor();
        return replies.lines().map(String::strip).toList();
    }
}
