package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Session;
import dev.quiver.runtime.process.JvmFlags;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A driver and its executors in a network namespace of their own, whose packets the kernel drops. Needs the rights of root,
 * and {@code -Dquiver.faults.network=true}; see {@code docs/reliability.md}.
 */
@EnabledIfSystemProperty(named = "quiver.faults.network", matches = "true")
class BadNetworkTest extends FaultTest {
    private static final int MAPS = 6;
    private static final String CUT = "INPUT -i lo -j DROP";

    /** The program in the namespace. Arguments: local folder, gates of both stages. */
    static final class Job {
        private Job() {}

        public static void main(String[] arguments) {
            Words words = Words.random(300_000, 50_000);
            try (Session session = Session.builder()
                    .appName("bad-network")
                    .master("local-cluster[2,1,256]")
                    .config("quiver.local.dir", arguments[0])
                    .config("quiver.memory.reserved", "150m")
                    .config("quiver.shuffle.readHostLocalDisk", "false")
                    .create()) {
                boolean same = words.count(session, MAPS, new Gate(arguments[1]), new Gate(arguments[2]))
                        .collectAsMap()
                        .equals(words.expected());
                System.exit(same ? 0 : 7);
            }
        }
    }

    /** R29. */
    @Test
    void runsNothingAgainWhenEveryTenthPacketIsLost() throws Exception {
        Gate mapping = gate("mapping");
        Gate reducing = openGate("reducing");
        Process job = start(
                "iptables -A INPUT -i lo -m statistic --mode random --probability 0.1 -j DROP", mapping, reducing);
        try {
            mapping.awaitProcesses(2);
            mapping.open();
            assertThat(job.waitFor(200, TimeUnit.SECONDS)).isTrue();
            assertThat(job.exitValue()).as(log()).isZero();
            assertThat(mapping.arrivals()).hasSize(MAPS);
            assertThat(reducing.arrivals()).hasSize(MAPS);
            assertThat(mapping.processes()).hasSize(2);
            assertThat(Files.readString(folder.resolve("dropped")))
                    .as("packets were dropped")
                    .matches("[1-9]\\d*\\s*");
        } finally {
            end(job);
        }
    }

    /** R24, with a network that heals before anybody loses patience. */
    @Test
    void runsNothingAgainBehindACutOfTheWholeNetworkThatHeals() throws Exception {
        Gate mapping = gate("mapping");
        Gate reducing = openGate("reducing");
        Process job = start("true", mapping, reducing);
        try {
            mapping.awaitProcesses(2);
            inNamespaceOf(job, "iptables -A " + CUT);
            mapping.open();
            Eventually.after(Duration.ofSeconds(8));
            assertThat(reducing.arrivals()).as("reduce tasks behind the cut").isEmpty();
            inNamespaceOf(job, "iptables -D " + CUT);
            assertThat(job.waitFor(200, TimeUnit.SECONDS)).isTrue();
            assertThat(job.exitValue()).as(log()).isZero();
            assertThat(mapping.arrivals()).hasSize(MAPS);
            assertThat(mapping.processes()).hasSize(2);
        } finally {
            end(job);
        }
    }

    /** Without its driver the namespace is empty, and goes. */
    private static void end(Process job) throws Exception {
        List<ProcessHandle> family = job.descendants().toList();
        job.destroyForcibly().waitFor();
        family.forEach(ProcessHandle::destroyForcibly);
        Processes.awaitEnd(family.stream().map(ProcessHandle::pid).toList());
    }

    private String log() throws Exception {
        return Files.readString(folder.resolve("job.log"));
    }

    private Process start(String rule, Gate mapping, Gate reducing) throws Exception {
        List<String> java = new ArrayList<>();
        java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        java.addAll(JvmFlags.forJava(Runtime.version().feature()));
        java.addAll(List.of("-cp", System.getProperty("java.class.path"), Job.class.getName()));
        java.addAll(List.of(local.toString(), mapping.folder(), reducing.folder()));
        String script = "ip link set lo up && " + rule + " && { \"$@\"; code=$?;"
                + " iptables -L INPUT -v -x -n | awk 'NR > 2 { sum += $1 } END { print sum + 0 }' > '"
                + folder.resolve("dropped") + "'; exit $code; }";
        List<String> command = new ArrayList<>(List.of("unshare", "-n", "sh", "-c", script, "sh"));
        Assumptions.assumeTrue(
                new ProcessBuilder("unshare", "-n", "iptables", "-L").start().waitFor() == 0,
                "this process may not make a network namespace");
        command.addAll(java);
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(folder.resolve("job.log").toFile())
                .start();
    }

    private static void inNamespaceOf(Process job, String command) throws Exception {
        int code = new ProcessBuilder("nsenter", "-t", String.valueOf(job.pid()), "-n", "sh", "-c", command)
                .inheritIO()
                .start()
                .waitFor();
        assertThat(code).as(command).isZero();
    }
}
