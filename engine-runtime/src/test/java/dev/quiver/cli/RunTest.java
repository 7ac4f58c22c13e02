package dev.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.runtime.application.TestJar;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTest {
    private static final String SEEN = "quiver.test.run.seen";

    @TempDir
    Path folder;

    private URLClassLoader classPath;

    @BeforeEach
    void installExamples() throws Exception {
        Path jar = new TestJar()
                .main("acme.Echo", "System.setProperty(\"" + SEEN + "\", String.join(\"|\", args));")
                .resource(
                        ExampleIndex.LOCATION,
                        "# examples\n\necho=acme.Echo=Says what it is told, as a = b\n"
                                + "wordcount=acme.Missing=Counts words\n")
                .write(folder.resolve("examples.jar"));
        classPath = new URLClassLoader(new URL[] {jar.toUri().toURL()}, RunTest.class.getClassLoader());
    }

    @AfterEach
    void close() throws Exception {
        classPath.close();
        System.clearProperty(SEEN);
    }

    @Test
    void listsTheExamplesWhenNoneIsNamed() {
        CommandLineRun run = run();
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("  echo       Says what it is told, as a = b", "  wordcount  Counts words");
    }

    @Test
    void takesOptionsAnywhereAndLeavesTheRestToTheExample() {
        CommandLineRun run = run(
                "--master",
                "local[2]",
                "echo",
                "FILE",
                "--name",
                "n",
                "--rows",
                "10",
                "--top=5",
                "-c",
                "quiver.a=b",
                "-x",
                "--verbose",
                "last");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(System.getProperty(SEEN)).isEqualTo("FILE|--rows|10|--top=5|-x|last");
    }

    @Test
    void leavesEverythingAfterTwoDashesToTheExample() {
        assertThat(run("echo", "--", "--master", "x").code()).isZero();
        assertThat(System.getProperty(SEEN)).isEqualTo("--master|x");
    }

    @Test
    void anUnknownExampleIsAnsweredWithTheNearestOrAll() {
        CommandLineRun near = run("wordcuont");
        assertThat(near.code()).isEqualTo(2);
        assertThat(near.err())
                .contains("no example 'wordcuont', did you mean 'wordcount'?")
                .hasLineCount(1);
        assertThat(run("zzz").err()).contains("there are echo, wordcount").hasLineCount(1);
    }

    @Test
    void anUnknownOptionBeforeTheExampleIsRefused() {
        CommandLineRun run = run("--mastre", "local", "echo");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains("unknown option '--mastre', did you mean '--master'?")
                .hasLineCount(1);
    }

    @Test
    void anUnknownMasterIsRefusedBeforeTheExampleStarts() {
        CommandLineRun run = run("echo", "--master", "spark://host");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("unknown master 'spark://host'").hasLineCount(1);
        assertThat(System.getProperty(SEEN)).isNull();
    }

    @Test
    void aClassMissingBehindItsNameIsToldAsSuch() {
        assertThat(run("wordcount").err())
                .contains("acme.Missing", "build the examples again")
                .hasLineCount(1);
    }

    @Test
    void saysWhereExamplesComeFromWhenThereAreNone() {
        CommandLineRun run = CommandLineRun.on(ClassLoader.getPlatformClassLoader(), "run", "pi");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("quiver-examples.jar").hasLineCount(1);
    }

    private CommandLineRun run(String... args) {
        String[] line = new String[args.length + 1];
        line[0] = "run";
        System.arraycopy(args, 0, line, 1, args.length);
        return CommandLineRun.on(classPath, line);
    }
}
