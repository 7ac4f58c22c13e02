package dev.quiver.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.QuiverException;
import dev.quiver.Session;
import dev.quiver.UsageException;
import dev.quiver.task.TaskMetrics;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {
    @TempDir
    Path data;

    @Test
    void everyWorkloadPrintsOneLineARun() throws Exception {
        Sizes small = new Sizes(Map.of("n", 500L, "keys", 40L, "parts", 3L), data);
        List<String> names = new ArrayList<>(Workloads.named("all"));
        // These start a process with the flags of this one, which are those of a test.
        names.removeAll(List.of("startup", "scale-latency"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Session session = Session.builder().master("local[2]").create()) {
            Bench bench = new Bench(session, small, 2, new PrintStream(out, true, StandardCharsets.UTF_8));
            for (String name : names) {
                bench.run(name);
            }
        }
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        int next = 0;
        for (String name : names) {
            int runs = Math.max(2, Workloads.create(name).leastRuns(small));
            for (int run = 1; run <= runs; run++) {
                assertThat(lines.get(next++))
                        .matches(name + " quiver local\\[2] run=" + run
                                + " seconds=[0-9]+\\.[0-9]{4} check=\\S+( level=\\S+)?( [a-z0-9]+=[0-9.]+x?)*");
            }
        }
        assertThat(lines).hasSize(next);
        for (String level : Persist.LEVELS) {
            assertThat(lines)
                    .anyMatch(told -> told.matches(
                            "persist .* level=" + level + " .* recomputed=" + (level.equals("NONE") ? 500 : 0)));
        }
        assertThat(lines).anyMatch(line -> line.startsWith("aggregate ") && line.contains(" check=40 writtenmb="));
        assertThat(lines).anyMatch(line -> line.startsWith("wordcount ") && line.contains(" check=500 writtenmb="));
        assertThat(lines)
                .anyMatch(line -> line.startsWith("wordcount-text ") && line.contains(" check=500 writtenmb="));
        assertThat(lines).anyMatch(line -> line.startsWith("narrow ") && line.endsWith("check=" + narrow(500)));
    }

    @Test
    void aLineTellsWhatTheRunMovedUnlessItIsNothing() {
        TaskMetrics before = new TaskMetrics(1, 1, 1, 1_000_000, 1, 1_000_000, 1, 0);
        TaskMetrics shuffled = new TaskMetrics(2, 2, 2, 2_500_000, 2, 3_000_000, 2, 0);
        TaskMetrics spilled = new TaskMetrics(2, 2, 2, 1_000_000, 2, 1_000_000, 2, 4_200);
        assertThat(MovedBytes.between(before, before)).isEmpty();
        assertThat(MovedBytes.between(before, shuffled)).isEqualTo(" writtenmb=2.000 fetchedmb=1.500");
        assertThat(MovedBytes.between(before, spilled)).isEqualTo(" spilledmb=0.004");
    }

    @Test
    void theWordsAreTheSameEachTimeAndCounted() throws Exception {
        Sizes sizes = new Sizes(Map.of("n", 25L), data);
        Path file = WordsFile.in(sizes);
        String first = Files.readString(file);
        assertThat(first.lines()).hasSize(3);
        assertThat(first).doesNotContain("  ").endsWith("\n").doesNotContain(" \n");
        assertThat(WordsFile.count(file)).isEqualTo(25);
        Files.delete(file);
        assertThat(Files.readString(WordsFile.in(sizes))).isEqualTo(first);
    }

    @Test
    void aLastLineWithoutItsEndIsCounted() throws Exception {
        assertThat(WordsFile.count(Files.writeString(data.resolve("a"), "one two\nthree")))
                .isEqualTo(3);
        assertThat(WordsFile.count(Files.writeString(data.resolve("b"), ""))).isZero();
    }

    @Test
    void disorderIsFoundInsidePartitionsAndBetweenThem() {
        assertThatThrownBy(
                        () -> Ordered.rows(List.of(new Ordered<>(1L, 5L, 2), new Ordered<>(4L, 6L, 2)), Long::compare))
                .isInstanceOf(IllegalStateException.class);
        assertThat(Ordered.rows(List.of(new Ordered<>(1L, 5L, 2), new Ordered<>(5L, 6L, 3)), Long::compare))
                .isEqualTo(5);
    }

    @Test
    void argumentsThatCannotBeAreNamed() {
        assertThatThrownBy(() -> BenchArguments.parse("narow"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("narow")
                .hasMessageContaining("narrow");
        assertThatThrownBy(() -> BenchArguments.parse("persist", "-Dlevel=DISK"))
                .hasMessageContaining("DISK_ONLY_3");
        assertThat(BenchArguments.parse("persist", "-Dlevel=DISK_ONLY").sizes().level())
                .isEqualTo("DISK_ONLY");
        assertThatThrownBy(() -> BenchArguments.parse("narrow", "-Drows=5")).hasMessageContaining("-Drows");
        assertThatThrownBy(() -> BenchArguments.parse("narrow", "--runs", "0")).hasMessageContaining("--runs");
        assertThatThrownBy(() -> BenchArguments.parse("narrow", "--runs")).hasMessageContaining("needs a value");
        assertThatThrownBy(() -> BenchArguments.parse("-Dn=1")).hasMessageContaining("which workload");
        assertThat(BenchArguments.parse("narrow,sort", "join", "-Dn=1_000").workloads())
                .containsExactly("narrow", "sort", "join");
    }

    @Test
    void aWrongCheckIsAnError() {
        Outcome right = Outcome.of(7);
        assertThat(Bench.verified("narrow", 1, right, "7")).isEqualTo("7");
        assertThat(Bench.verified("narrow", 1, right, null)).isEqualTo("7");
        assertThatThrownBy(() -> Bench.verified("narrow", 2, right, "8"))
                .isInstanceOf(QuiverException.class)
                .hasMessageContainingAll("narrow", "run 2", "7", "8");
    }

    private static long narrow(long rows) {
        long sum = 0;
        for (long row = 0; row < rows; row++) {
            long x = row * 3 + 1;
            if ((x & 7) != 0) {
                sum += x ^ x >>> 3;
            }
        }
        return sum;
    }
}
