package dev.quiver.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Session;
import dev.quiver.SessionBuilder;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Workloads on executor processes that are killed at random points, run again and again in one session until as many were
 * killed as {@code -Dquiver.kills} says: each run gives the check of the run that nobody disturbed. With more than a few
 * kills, every workload that runs jobs, or those that {@code -Dquiver.kills.of} names; otherwise one of each sort.
 */
class KilledExecutorsTest {
    private static final long SEED = 20_261_127;
    private static final int KILLS = Integer.getInteger("quiver.kills", 1);
    private static final int FEW = 5;
    private static final int EXECUTORS = 3;
    private static final int PARTITIONS = 6;

    @TempDir
    Path folder;

    static List<String> workloads() {
        if (KILLS < FEW) {
            return List.of("aggregate", "join");
        }
        // Startup measures a process that it starts itself; lost-executor waits for copies, which other kills than its own
        // take for good.
        return Workloads.named(System.getProperty("quiver.kills.of", "all")).stream()
                .filter(name -> !List.of("startup", "lost-executor").contains(name))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void givesTheSameCheckWhateverIsKilled(String name) throws Exception {
        Path local = Files.createDirectory(folder.resolve("local"));
        Path log = folder.resolve("chaos.log");
        Random random = new Random(SEED + name.hashCode());
        Sizes sizes = new Sizes(
                Map.of("n", 40_000L, "keys", 2_000L, "parts", (long) PARTITIONS),
                Files.createDirectory(folder.resolve("data")));
        String expected = undisturbed(name, sizes, local);
        int runs = 0;
        try (Session session = session(local)
                .config("quiver.chaos.plan", kills(random))
                .config("quiver.chaos.log", log.toString())
                .create()) {
            Workload workload = Workloads.create(name);
            workload.prepare(session, sizes);
            while (killed(log) < KILLS) {
                runs++;
                assertThat(runs).as("runs, with %d kills so far", killed(log)).isLessThan(200 * KILLS);
                assertThat(workload.run(session, sizes).check())
                        .as("run %d of %s with %d kills, seed %d", runs, name, killed(log), SEED)
                        .isEqualTo(expected);
            }
        }
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .as("processes that are left")
                .isEmpty();
        try (Stream<Path> left = Files.list(local)) {
            assertThat(left).as("working folders that are left").isEmpty();
        }
        System.err.println("kills: " + name + " gave the same in " + runs + " runs with " + killed(log) + " kills");
    }

    private static String undisturbed(String name, Sizes sizes, Path local) throws Exception {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        try (Session session = session(local).create();
                PrintStream out = new PrintStream(lines, true, StandardCharsets.UTF_8)) {
            new Bench(session, sizes, 1, out).run(name);
        }
        String line = lines.toString(StandardCharsets.UTF_8);
        return line.replaceFirst("(?s).* check=(\\S+).*", "$1");
    }

    private static SessionBuilder session(Path local) {
        return Session.builder()
                .appName("kills")
                .master("local-cluster[" + EXECUTORS + ",1,512]")
                .config("quiver.local.dir", local.toString());
    }

    /** Kills whose distance in ended tasks is random, about one in each run. */
    private static String kills(Random random) {
        List<String> faults = new ArrayList<>();
        int ends = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            ends += 1 + random.nextInt(4 * PARTITIONS);
            faults.add("driver ends " + ends + " kill executor-" + random.nextInt(EXECUTORS));
        }
        return String.join("; ", faults);
    }

    private static long killed(Path log) throws Exception {
        return Files.exists(log)
                ? Files.readAllLines(log).stream()
                        .filter(line -> line.contains(" kill "))
                        .count()
                : 0;
    }
}
