package dev.quiver.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.usage.Shell.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every mistake gets one line that names it and says what to do: exit code 2 for wrong usage, 1 for a failed job. */
class BadInputIT {
    private static final int MISUSED = 2;
    private static final int FAILED = 1;

    @TempDir
    static Path folder;

    private static Shell shell;

    @BeforeAll
    static void prepare() throws Exception {
        shell = new Shell(folder);
        shell.packApplication();
        Files.createDirectory(folder.resolve("present"));
        Files.createSymbolicLink(folder.resolve("broken"), folder.resolve("nowhere"));
        Files.writeString(folder.resolve("notes.jar"), "no jar");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "run pi --master nosuch | unknown master 'nosuch'; it can be ",
                "run pi --master local[x] | master 'local[x]' is malformed; write local, local[N]",
                "run pi --master local-cluster[2,1] | 'local-cluster[2,1]' is malformed: it does not have three"
                        + " numbers",
                "run pi --master local-cluster[2,1,8] | an executor needs at least 64 MiB",
                "run pi --master k8s://https://host:6443 --executor-memory 1g | quiver.kubernetes.container.image is"
                        + " not set",
                "run pi --conf quiver.nope=1 --conf quiver.default.parallelism=x | "
                        + "quiver.default.parallelism: 'x' is not a whole number; unknown setting 'quiver.nope'",
                "run pi --conf one --conf two | takes key=value, for example --conf quiver.default.parallelism=8, "
                        + "not 'one' and 'two'",
                "run nosuch | there is no example 'nosuch'; there are ",
                "run wordcont | there is no example 'wordcont', did you mean 'wordcount'?",
                "run wordcount nosuch.txt | there is no file or folder 'nosuch.txt' in ",
                "run wordcount broken | there is no file or folder 'broken' in ",
                "run wordcount --output present | present' exists already; remove it or choose another folder",
                "submit nosuch.jar | there is no file 'nosuch.jar'",
                "submit notes.jar | 'notes.jar' is not a jar",
                "submit --class com.acme.Scenario app.jar | did you mean 'com.acme.Scenarios'?",
                "submit --class com.acme.Scenarios --jars nosuch.jar app.jar | --jars: there is no file 'nosuch.jar'",
                "submit --clas X app.jar | unknown option '--clas', did you mean '--class' or",
                "submit | no app.jar is given",
            })
    void wrongUsageIsAnsweredInOneLineAndWithCodeTwo(String line, String message) throws Exception {
        List<String> words = List.of(line.split(" "));
        Ended ended = shell.run(words.get(0), words.subList(1, words.size()).toArray(String[]::new));

        assertOneLine(ended, MISUSED, message);
    }

    @Test
    void aFunctionThatCannotTravelIsRefusedWhereItIsDefined() throws Exception {
        assertOneLine(
                shell.scenario("local[2]", "captures"),
                FAILED,
                "map at Scenarios.captures(Scenarios.java:",
                "a thread");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "local[2] | failed in attempt 0 on executor driver",
                "local-cluster[2,1,512] | failed 4 times, the last time in attempt 3 on executor "
            })
    void aTaskThatThrowsIsNamedWithStagePartitionAttemptAndLine(String master, String attempt) throws Exception {
        assertOneLine(
                shell.scenario(master, "taskThrows"),
                FAILED,
                "partition 1 of stage 0 (map at Scenarios.taskThrows(Scenarios.java:",
                attempt,
                "java.io.IOException: seven is bad luck, at user line Scenarios.taskThrows(Scenarios.java:");
    }

    @Test
    void aTaskThatEndsTheOnlyProcessDoesNotEndItInSilence() throws Exception {
        assertOneLine(
                shell.scenario("local[2]", "taskExits"),
                FAILED,
                "partition 1 of stage 0, attempt 0, called System.exit at ",
                "(Scenarios.java:",
                "throw an exception instead");
    }

    @Test
    void aTaskThatEndsItsExecutorsFailsTheJobByName() throws Exception {
        Ended ended = shell.scenario("local-cluster[2,1,512]", "taskExits");

        assertThat(ended.code()).isEqualTo(FAILED);
        assertThat(ended.err().lines().filter(line -> line.startsWith("quiver: ")))
                .singleElement()
                .asString()
                .contains("the task called System.exit at ", "(Scenarios.java:");
        shell.assertNothingIsLeft();
    }

    @Test
    void executorsThatCannotStartSayWhyAndAreNotStartedForEver() throws Exception {
        assertOneLine(
                shell.run("run", "pi", "--master", "local-cluster[2,1,999999999]"),
                FAILED,
                "executors cannot start",
                " saying: ",
                "check their memory");
        assertOneLine(
                shell.run(
                        "run",
                        "pi",
                        "--master",
                        "local-cluster[1,1,512]",
                        "--conf",
                        "quiver.executor.extraJavaOptions=-XX:NoSuchFlag"),
                FAILED,
                "executors cannot start",
                "Unrecognized VM option 'NoSuchFlag'",
                "quiver.executor.extraJavaOptions");
    }

    @Test
    void theStackTraceComesOnlyWhenAskedFor() throws Exception {
        Ended quiet = shell.run("run", "wordcount", "nosuch.txt");
        Ended verbose = shell.run("run", "wordcount", "nosuch.txt", "--verbose");

        assertThat(quiet.err()).doesNotContain("\tat ");
        assertThat(verbose.err()).contains("\tat dev.quiver.");
    }

    private static void assertOneLine(Ended ended, int code, String... parts) {
        assertThat(ended.err()).startsWith("quiver: ").hasLineCount(1).contains(parts);
        assertThat(ended.code()).isEqualTo(code);
        assertThat(ended.out()).isEmpty();
        shell.assertNothingIsLeft();
    }
}
