package dev.quiver.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.SessionDefaults;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every example on executor processes that are killed at random points, as often as {@code -Dquiver.kills} says, spread over
 * as many runs as that takes: it prints and writes what it does otherwise, and nothing of it is left. All of them, or
 * those that {@code -Dquiver.kills.of} names, separated by commas.
 */
@ResourceLock(Resources.SYSTEM_OUT)
@Tag("slow")
class KilledExecutorsTest {
    private static final long SEED = 20_261_127;
    private static final int KILLS = Integer.getInteger("quiver.kills", 1);
    private static final int KILLS_IN_A_RUN = 5;
    private static final int EXECUTORS = 3;
    private static final long LAST_MILLIS = 3_000;

    @TempDir
    Path folder;

    /** The examples, each with little to do. */
    enum Program {
        WORDCOUNT {
            @Override
            void run(Path inputs, Path output) throws Exception {
                Path text = inputs.resolve("text");
                if (!Files.exists(text)) {
                    Random words = new Random(SEED);
                    Files.write(
                            text,
                            words.ints(60_000, 0, 3_000)
                                    .mapToObj(word -> "word" + word)
                                    .toList());
                }
                WordCount.main(args(text.toString(), "--output", output.toString()));
            }
        },
        PAGERANK {
            @Override
            void run(Path inputs, Path output) {
                PageRank.main(args("--nodes", "3000", "--iterations", "4"));
            }
        },
        KMEANS {
            @Override
            void run(Path inputs, Path output) {
                KMeans.main(args("--points", "20000", "--iterations", "5"));
            }
        },
        LOGANALYSIS {
            @Override
            void run(Path inputs, Path output) {
                LogAnalysis.main(args("--lines", "40000"));
            }
        },
        TERASORT {
            @Override
            void run(Path inputs, Path output) {
                TeraSort.main(args("generate", "20000", output.resolve("rows").toString()));
                TeraSort.main(args(
                        "sort",
                        output.resolve("rows").toString(),
                        output.resolve("sorted").toString()));
                TeraSort.main(args("validate", output.resolve("sorted").toString()));
            }
        },
        PI {
            @Override
            void run(Path inputs, Path output) {
                Pi.main(args("2000000", "--partitions", "24"));
            }
        };

        static String[] args(String... args) {
            return args;
        }

        abstract void run(Path inputs, Path output) throws Exception;
    }

    /** What a run printed, and the rows that it wrote. */
    private record Result(List<String> printed, List<String> written) {}

    static List<Program> programs() {
        String some = System.getProperty("quiver.kills.of", "");
        return some.isEmpty()
                ? List.of(Program.values())
                : Stream.of(some.toUpperCase(Locale.ROOT).split(","))
                        .map(Program::valueOf)
                        .toList();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void doesTheSameWhateverIsKilled(Program program) throws Exception {
        long start = System.nanoTime();
        Result expected = run(program, 0, Map.of());
        long millis = (System.nanoTime() - start) / 1_000_000;
        Random random = new Random(SEED + program.ordinal());
        int kills = 0;
        int runs = 0;
        for (int wanted = KILLS; wanted > 0; wanted = KILLS - kills) {
            runs++;
            assertThat(runs)
                    .as("runs for %d kills, of which %d came", KILLS, kills)
                    .isLessThan(10 + 2 * KILLS);
            Path log = folder.resolve("chaos-" + runs + ".log");
            String plan = kills(random, Math.min(wanted, KILLS_IN_A_RUN), millis);
            Result result = run(program, runs, Map.of("quiver.chaos.plan", plan, "quiver.chaos.log", log.toString()));
            assertThat(result).as("run %d of %s, with %s", runs, program, plan).isEqualTo(expected);
            kills += Files.exists(log)
                    ? (int) Files.readAllLines(log).stream()
                            .filter(line -> line.contains(" kill "))
                            .count()
                    : 0;
        }
        System.err.println("kills: " + program + " gave the same in " + runs + " runs with " + kills + " kills");
    }

    /** Kills at points of the first job's time and after, and one first task that is late, which always takes effect. */
    private static String kills(Random random, int count, long millis) {
        List<String> faults = new ArrayList<>(List.of("executors task 1 late 1ms"));
        for (int kill = 0; kill < count; kill++) {
            String victim = "kill executor-" + random.nextInt(EXECUTORS);
            faults.add(
                    random.nextBoolean()
                            ? "driver ends " + (1 + random.nextInt(12)) + " " + victim
                            : "driver millis " + (1 + random.nextLong(Math.max(1, Math.min(LAST_MILLIS, millis / 3))))
                                    + " " + victim);
        }
        return String.join("; ", faults);
    }

    private Result run(Program program, int run, Map<String, String> config) throws Exception {
        Path local = Files.createDirectories(folder.resolve("local-" + run));
        Path output = folder.resolve("output-" + run);
        PrintStream standardOutput = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Map<String, String> all = new TreeMap<>(config);
        all.put("quiver.local.dir", local.toString());
        SessionDefaults.set("local-cluster[" + EXECUTORS + ",1,512]", null, all);
        try (PrintStream capture = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            System.setOut(capture);
            program.run(folder, output);
        } finally {
            System.setOut(standardOutput);
            SessionDefaults.clear();
        }
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .as("processes that are left")
                .isEmpty();
        try (Stream<Path> left = Files.list(local)) {
            assertThat(left).as("working folders that are left").isEmpty();
        }
        List<String> lines = printed.toString(StandardCharsets.UTF_8)
                .replace(output.toString(), "OUTPUT")
                .lines()
                .toList();
        return new Result(lines, written(output));
    }

    /**
     * The names and rows of all files below a folder; what a task left half-written is among them. In which order a file has
     * its rows depends on what arrives first, unless they were sorted, and that TeraSort validates itself.
     */
    private static List<String> written(Path output) throws IOException {
        if (!Files.exists(output)) {
            return List.of();
        }
        List<String> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(output)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                all.add(output.relativize(file).toString());
                Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream()
                        .sorted()
                        .forEach(all::add);
            }
        }
        return all;
    }
}
