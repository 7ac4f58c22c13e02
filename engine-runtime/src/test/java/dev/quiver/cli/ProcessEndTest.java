package dev.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.runtime.application.TestJar;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a process of the command line ends, seen from outside. */
class ProcessEndTest {
    @TempDir
    Path folder;

    @Test
    void theExitCodeOfTheApplicationPassesThrough() throws Exception {
        assertThat(codeOf(start("System.exit(7);"))).isEqualTo(7);
        assertThat(codeOf(start("System.exit(0);"))).isZero();
        assertThat(codeOf(start(""))).isZero();
        assertThat(codeOf(start("throw new Error();"))).isEqualTo(1);
        assertThat(codeOf(start("throw new dev.quiver.UsageException(\"wrong\");")))
                .isEqualTo(2);
    }

    @Test
    void endsOnlyWhenTheApplicationsOwnThreadsHaveEnded() throws Exception {
        Process process = start("new Thread(() -> { try { System.in.read(); } catch (java.io.IOException none) { }"
                + " System.out.println(\"late\"); System.exit(5); }).start(); System.out.println(\"returned\");");
        BufferedReader out = output(process);
        assertThat(out.readLine()).isEqualTo("returned");
        process.getOutputStream().close();
        assertThat(out.readLine()).isEqualTo("late");
        assertThat(codeOf(process)).isEqualTo(5);
    }

    @Test
    void ctrlCEndsWith130AndWithoutAMessageEvenIfTheApplicationFailsOfIt() throws Exception {
        Process process = start("Thread main = Thread.currentThread();"
                + "Runtime.getRuntime().addShutdownHook(new Thread(() -> {"
                + "  main.interrupt();"
                + "  try { main.join(2000); } catch (InterruptedException none) { } }));"
                + "System.out.println(\"up\");"
                + "new java.util.concurrent.CountDownLatch(1).await();");
        assertThat(output(process).readLine()).isEqualTo("up");
        new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                .start()
                .waitFor();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(codeOf(process)).isEqualTo(130);
        assertThat(err).isEmpty();
    }

    private Process start(String statements) throws Exception {
        Path jar = new TestJar()
                .main("acme.App", statements)
                .manifestMain("acme.App")
                .write(folder.resolve("app.jar"));
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return new ProcessBuilder(List.of(
                        java.toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "submit",
                        jar.toString()))
                .start();
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static int codeOf(Process process) throws Exception {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
