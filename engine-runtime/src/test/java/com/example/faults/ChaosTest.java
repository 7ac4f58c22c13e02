package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.QuiverException;
import dev.quiver.Session;
import dev.quiver.UsageException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** Faults that users make on purpose, in their own jobs. */
@ResourceLock(Resources.SYSTEM_ERR)
class ChaosTest extends FaultTest {
    private static final long SEED = 7;
    private static final int ROUNDS = 6;
    private static final Words WORDS = Words.random(50_000, 2_000);

    @Test
    void aJobWithFaultsOfASeedGivesTheSameAnswerAndSaysWhatHappened() throws Exception {
        Path log = folder.resolve("chaos.log");
        String told = standardError(() -> {
            try (Session session = session("local-cluster[3,1,256]")
                    .config("quiver.chaos.seed", String.valueOf(SEED))
                    .config("quiver.chaos.log", log.toString())
                    .create()) {
                for (int round = 0; round < ROUNDS; round++) {
                    assertThat(WORDS.count(session, 6, openGate("m" + round), openGate("r" + round))
                                    .collectAsMap())
                            .as("seed %d, round %d", SEED, round)
                            .isEqualTo(WORDS.expected());
                }
            }
            return null;
        });
        List<String> effective = Files.readAllLines(log);
        assertThat(effective).as("seed %d", SEED).anyMatch(line -> line.contains(" kill executor-"));
        assertThat(told).contains("chaos: seed 7: executors task 1 late ");
        for (String fault : effective) {
            assertThat(told).contains("chaos: " + fault);
        }
        assertThat(told)
                .contains(effective.size() + " faults took effect (")
                .contains("again with --chaos 7")
                .contains("jobs: " + ROUNDS + " succeeded, 0 failed");
    }

    @Test
    void inOneProcessTasksBeginLateAndWritesFailWhereTheyMay() throws Exception {
        for (String master : List.of("local[2]", "local[2,3]")) {
            String told = standardError(() -> {
                try (Session session =
                        session(master).config("quiver.chaos.seed", "3").create()) {
                    assertThat(WORDS.count(session, 4, openGate("m" + master), openGate("r" + master))
                                    .collectAsMap())
                            .isEqualTo(WORDS.expected());
                }
                return null;
            });
            assertThat(told).contains("chaos: driver: driver task 1 late").doesNotContain("kill");
            assertThat(told.contains("write")).as(master).isEqualTo(master.equals("local[2,3]"));
        }
    }

    @Test
    void refusesFaultsThatAMasterCannotMake() {
        for (String fault : List.of("driver ends 1 kill executor-0", "driver told:report 1 lost")) {
            assertThatThrownBy(() -> session("local[2]")
                            .config("quiver.chaos.plan", fault)
                            .create())
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining(fault)
                    .hasMessageContaining("local-cluster[N,C,M]");
        }
        assertThatThrownBy(() -> session("local-cluster[1,1,128]")
                        .config("quiver.chaos.plan", "driver sneezes")
                        .create())
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("'driver sneezes'");
    }

    @Test
    void aRunWhoseFaultsNeverTookEffectFailsAtItsEnd() throws Exception {
        standardError(() -> {
            Session session = session("local-cluster[1,1,128]")
                    .config("quiver.chaos.plan", "driver ends 1000 kill executor-0")
                    .create();
            assertThat(session.range(0, 10).count()).isEqualTo(10);
            assertThatThrownBy(session::close)
                    .isInstanceOf(QuiverException.class)
                    .hasMessageContaining("no fault of the plan took effect");
            return null;
        });
    }

    @Test
    @Tag("slow")
    void anExecutorThatIsFrozenWhenTheSessionEndsEndsWithIt() throws Exception {
        // Behind the last task: one that stands still with its executor is waited for.
        Faults faults = faults("driver ends 2 freeze executor-0 60000ms");
        standardError(() -> {
            try (Session session = faults.in(session("local-cluster[2,1,128]")).create()) {
                assertThat(session.range(0, 8, 1, 2).count()).isEqualTo(8);
                faults.awaitEffect("freeze");
            }
            return null;
        });
        faults.requireAllEffective();
    }

    private static String standardError(Callable<Void> run) throws Exception {
        PrintStream before = System.err;
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        try (PrintStream capture = new PrintStream(told, true, StandardCharsets.UTF_8)) {
            System.setErr(capture);
            run.call();
        } finally {
            System.setErr(before);
        }
        return told.toString(StandardCharsets.UTF_8);
    }
}
