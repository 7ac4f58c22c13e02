package dev.quiver.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.usage.Shell.Ended;
import dev.quiver.usage.Shell.Running;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One application jar, unchanged, under each kind of master. */
class SubmitIT {
    private static final String ONE_PROCESS = "local[2]";
    private static final String PROCESSES = "local-cluster[2,2,512]";

    @TempDir
    static Path folder;

    private static Shell shell;

    @BeforeAll
    static void packApplication() throws Exception {
        shell = new Shell(folder);
        shell.packApplication();
    }

    @ParameterizedTest
    @ValueSource(strings = {ONE_PROCESS, PROCESSES})
    void printsTheSameUnderEachMaster(String master) throws Exception {
        Ended ended = shell.scenario(master, "totals");

        assertThat(ended).isEqualTo(new Ended(0, "Lyon sold 3326.67\nOslo sold 1668.33\n", ""));
        shell.assertNothingIsLeft();
    }

    @Test
    void endsWithTheExitCodeOfTheApplication() throws Exception {
        assertThat(shell.scenario(ONE_PROCESS, "exits").code()).isEqualTo(7);
        Ended thrown = shell.scenario(ONE_PROCESS, "throws");
        assertThat(thrown.code()).isEqualTo(1);
        assertThat(thrown.err())
                .hasLineCount(1)
                .contains("IllegalStateException: no more stock (at com.acme.Scenarios.main(Scenarios.java:");
    }

    /** Also: what tasks hold open is closed, executors end, and no working file is left. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ONE_PROCESS + "|INT|130",
                PROCESSES + "|INT|130",
                ONE_PROCESS + "|TERM|143",
                PROCESSES + "|TERM|143",
            })
    void leavesNothingBehindWhenASignalEndsIt(String master, String signal, int code) throws Exception {
        try (ServerSocket callers = new ServerSocket(0, 2, InetAddress.getLoopbackAddress())) {
            callers.setSoTimeout(60_000);
            Running running = shell.startScenario(master, "holds", String.valueOf(callers.getLocalPort()));
            try (Socket first = callers.accept();
                    Socket second = callers.accept()) {
                List<ProcessHandle> executors =
                        running.process().toHandle().descendants().toList();
                new ProcessBuilder(
                                "kill",
                                "-" + signal,
                                String.valueOf(running.process().pid()))
                        .start()
                        .waitFor();

                assertThat(running.await()).isEqualTo(new Ended(code, "", ""));
                for (ProcessHandle executor : executors) {
                    executor.onExit().get(10, TimeUnit.SECONDS);
                }
                assertThat(first.getInputStream().read()).isEqualTo(-1);
                assertThat(second.getInputStream().read()).isEqualTo(-1);
                shell.assertNothingIsLeft();
            }
        }
    }
}
