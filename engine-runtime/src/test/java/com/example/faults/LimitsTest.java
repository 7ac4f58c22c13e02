package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.JobFailedException;
import dev.quiver.Pair;
import dev.quiver.Session;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.runtime.process.JvmFlags;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Executors that the system, or their JVM, gives fewer files or less memory than they would like, or a slow disk. */
class LimitsTest extends FaultTest {
    private static final long ROWS = 400_000;

    /** A driver in a process of its own, which throws when something is not as it should be. */
    public static final class Driver {
        private Driver() {}

        /** What to do, then the local folder. */
        public static void main(String[] arguments) throws Exception {
            switch (arguments[0]) {
                case "memory" -> outOfMemory(arguments[1]);
                case "files" -> outOfFiles(arguments[1]);
                default -> throw new IllegalArgumentException(arguments[0]);
            }
            System.exit(0);
        }

        private static void outOfMemory(String folder) throws Exception {
            try (Session session = Session.builder()
                    .master("local-cluster[1,1,64]")
                    .config("quiver.local.dir", folder)
                    .config("quiver.memory.reserved", "40m")
                    .config("quiver.task.maxFailures", "2")
                    .config("quiver.executor.extraJavaOptions", "-XX:MaxDirectMemorySize=4g")
                    .create()) {
                assertThat(session.range(0, 8, 1, 2).count()).isEqualTo(8);
                assertThat(failure(start(() ->
                                session.range(0, 1, 1, 1).map(Driver::hoard).collect())))
                        .isInstanceOf(JobFailedException.class)
                        .hasMessageContaining("failed 2 times")
                        .hasMessageContaining("killed by signal 9, by the system, for want of memory")
                        .hasMessageContaining("which may have 512.0 MiB");
                assertThat(session.range(0, 8, 1, 2).count()).as("others go on").isEqualTo(8);
            }
        }

        private static long hoard(long row) {
            List<ByteBuffer> hoard = new ArrayList<>();
            while (hoard.size() < 2_000) {
                hoard.add(ByteBuffer.allocateDirect(1 << 20));
            }
            return hoard.size() + row;
        }

        private static void outOfFiles(String folder) throws Exception {
            try (Session session = Session.builder()
                    .master("local-cluster[1,1,256]")
                    .config("quiver.local.dir", folder)
                    .config("quiver.memory.reserved", "150m")
                    .config("quiver.task.maxFailures", "2")
                    .config("quiver.executor.heartbeatInterval", "200ms")
                    .config("quiver.network.timeout", "3s")
                    .create()) {
                assertThat(sum(session)).isEqualTo(ROWS);
                List<Long> executor = Processes.executors();
                limitFiles(executor.get(0), 3);
                assertThat(failure(start(() -> sum(session))))
                        .isInstanceOf(JobFailedException.class)
                        .hasMessageContaining("failed 2 times")
                        .hasMessageContaining("Too many open files")
                        .hasMessageContaining("ulimit -n");
                Eventually.after(Duration.ofSeconds(4));
                limitFiles(executor.get(0), 1024);
                assertThat(sum(session)).isEqualTo(ROWS);
                assertThat(Processes.executors())
                        .as("it was heard of all the time")
                        .isEqualTo(executor);
            }
        }

        /** By way of a shuffle. */
        private static long sum(Session session) {
            return session.range(0, ROWS, 1, 4)
                    .mapToPair(row -> Pair.of(row, 1L))
                    .partitionBy(new HashPartitioner(4))
                    .rows()
                    .map(Pair::value)
                    .reduce(Long::sum);
        }

        /** How many files a process may have open from now on. */
        private static void limitFiles(long process, int count) throws Exception {
            int code = new ProcessBuilder("prlimit", "--pid", String.valueOf(process), "--nofile=" + count + ":4096")
                    .inheritIO()
                    .start()
                    .waitFor();
            assertThat(code).as("exit code of prlimit").isZero();
        }
    }

    private void requireSuccess(List<String> before, String what, String classPath) throws Exception {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JvmFlags.forJava(Runtime.version().feature()));
        command.addAll(List.of("-Xmx64m", "-cp", classPath, Driver.class.getName(), what, local.toString()));
        Path log = folder.resolve(what + ".log");
        Process driver = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(driver.waitFor(110, TimeUnit.SECONDS))
                    .as(() -> text(log))
                    .isTrue();
            assertThat(driver.exitValue()).as(() -> text(log)).isZero();
        } finally {
            List<ProcessHandle> family = driver.descendants().toList();
            driver.destroyForcibly().waitFor();
            family.forEach(ProcessHandle::destroyForcibly);
            Processes.awaitEnd(family.stream().map(ProcessHandle::pid).toList());
        }
    }

    private static String text(Path log) {
        try {
            return Files.readString(log);
        } catch (java.io.IOException unreadable) {
            return unreadable.toString();
        }
    }

    /** R12: tries are bounded, and the message says who killed it, and what it might have. */
    @Test
    @Tag("slow")
    void aTaskThatTakesMoreMemoryThanItsControlGroupHasFailsItsJobAlone() throws Exception {
        try (MemoryGroup group = MemoryGroup.of(512)) {
            requireSuccess(group.command(), "memory", System.getProperty("java.class.path"));
        }
    }

    /** R46: what a slow disk holds up is tasks, and nobody is given up. */
    @Test
    @Tag("slow")
    void aSlowDiskLosesNobody() throws Exception {
        Faults faults = faults("executor-0 write every late 800ms");
        Words words = Words.random(60_000, 5_000);
        try (Session session = faults.in(session("local-cluster[2,1,256]"))
                .config("quiver.network.timeout", "2s")
                .config("quiver.executor.heartbeatInterval", "200ms")
                .create()) {
            Gate mapping = gate("mapping");
            Gate reducing = openGate("reducing");
            CompletableFuture<Map<String, Long>> counted =
                    start(() -> words.count(session, 4, mapping, reducing).collectAsMap());
            Set<Long> before = mapping.awaitProcesses(2);
            mapping.open();
            assertThat(result(counted)).isEqualTo(words.expected());
            assertThat(Processes.executors()).containsExactlyInAnyOrderElementsOf(before);
            assertThat(mapping.arrivals()).as("map tasks").hasSize(4);
            assertThat(reducing.arrivals()).as("reduce tasks").hasSize(4);
        }
        faults.requireAllEffective();
    }

    /** R47, of an engine that is installed: its classes are in jars, which are open. */
    @Test
    @Tag("slow")
    void tooFewFilesFailTheJobWithATypedErrorAndTheExecutorLives() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "there is no prlimit here");
        requireSuccess(List.of(), "files", Jars.classPath(Files.createDirectory(folder.resolve("jars"))));
    }

    /** R48: what is fetched at a time becomes less, and no fetch fails. */
    @Test
    void fetchesLessAtATimeWhereThereIsLittleMemoryOutsideTheHeap() throws Exception {
        try (Session session = session("local-cluster[2,2,256]")
                .config("quiver.executor.extraJavaOptions", "-XX:MaxDirectMemorySize=12m")
                .config("quiver.shuffle.readHostLocalDisk", "false")
                .config("quiver.shuffle.compress", "none")
                .config("quiver.shuffle.io.retryWait", "200ms")
                .create()) {
            Gate mapping = gate("mapping");
            CompletableFuture<Long> sum = start(() -> session.range(0, 600_000, 1, 8)
                    .mapPartitions(rows -> {
                        mapping.pass();
                        return rows;
                    })
                    .mapToPair(row -> Pair.of(row, "a payload of some bytes, so that there is much to fetch, " + row))
                    .partitionBy(new HashPartitioner(8))
                    .rows()
                    .map(Pair::key)
                    .reduce(Long::sum));
            Set<Long> before = mapping.awaitProcesses(2);
            mapping.open();
            assertThat(result(sum)).isEqualTo(179_999_700_000L);
            assertThat(mapping.arrivals()).as("map tasks").hasSize(8);
            assertThat(mapping.processes()).isEqualTo(before);
        }
    }
}
