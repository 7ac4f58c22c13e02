package dev.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuiverTest {
    @Test
    void helpIsPrintedOnRequestAndListsTheCommands() {
        CommandLineRun run = CommandLineRun.of("--help");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("submit", "run", "completion", "JAVA_HOME");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void helpOfACommandListsItsOptions() {
        CommandLineRun byOption = CommandLineRun.of("submit", "--help");
        assertThat(byOption.code()).isZero();
        assertThat(byOption.out())
                .contains("--master", "--deploy-mode", "--class", "--name", "--conf", "--jars", "--properties-file")
                .contains("--driver-memory", "--executor-memory", "--executor-cores", "--num-executors", "--verbose");
        assertThat(CommandLineRun.of("help", "submit").out()).isEqualTo(byOption.out());
        assertThat(CommandLineRun.of("run", "--help").out())
                .contains("--master")
                .doesNotContain("--class");
    }

    @Test
    void versionNamesQuiverAndJava() {
        CommandLineRun run = CommandLineRun.of("--version");
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("quiver ").contains("Java " + Runtime.version());
    }

    @Test
    void wrongUsageIsOneLineAndNoUsageText() {
        CommandLineRun run = CommandLineRun.of("submit", "--mastr", "local", "app.jar");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .isEqualToIgnoringNewLines(
                        "quiver: unknown option '--mastr', did you mean '--master'?" + " (see 'quiver submit --help')");
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void aMistypedCommandIsAnsweredWithTheNearestOne() {
        CommandLineRun run = CommandLineRun.of("sumbit", "app.jar");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains("there is no command 'sumbit', did you mean 'submit'?")
                .hasLineCount(1);
        assertThat(CommandLineRun.of("help", "rnu").err()).contains("there is no command 'rnu', did you mean 'run'?");
    }

    @Test
    void noCommandIsWrongUsage() {
        CommandLineRun run = CommandLineRun.of();
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("no command is given", "submit").hasLineCount(1);
    }

    @Test
    void optionsWithoutTheirValueOrGivenTwiceAreNamed() {
        assertThat(CommandLineRun.of("submit", "--master").err())
                .contains("--master")
                .hasLineCount(1);
        CommandLineRun twice = CommandLineRun.of("submit", "--master", "local", "--master", "local[2]", "app.jar");
        assertThat(twice.code()).isEqualTo(2);
        assertThat(twice.err()).contains("'--master'", "only once").hasLineCount(1);
    }

    @Test
    void anErrorOfManyLinesIsToldInOne() {
        ExitReport report = ExitReport.of(new IllegalStateException("first\n  second\r\nthird"));
        assertThat(report.line()).contains("first second third").hasLineCount(1);
        assertThat(report.code()).isEqualTo(1);
    }

    @Test
    void outOfMemoryNamesTheWayOut() {
        assertThat(ExitReport.of(new OutOfMemoryError("Java heap space")).line())
                .contains("Java heap space", "--driver-memory");
    }
}
