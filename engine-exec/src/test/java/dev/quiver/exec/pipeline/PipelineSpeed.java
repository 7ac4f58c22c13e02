package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.FileSplit;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.stage.Action;
import java.io.BufferedWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Prints rows per second of processor time in one thread: a range that is mapped, filtered and counted, and a word count over text. */
public final class PipelineSpeed {
    private static final long RANGE_ROWS = 10_000_000;
    private static final long TEXT_BYTES = 100L << 20;
    private static final int ROUNDS = 6;

    private PipelineSpeed() {}

    public static void main(String[] arguments) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            countRange();
        }
        Path file = Files.createTempFile("words", ".txt");
        try {
            writeWords(file);
            for (int round = 0; round < ROUNDS; round++) {
                countWords(file);
            }
        } finally {
            Files.delete(file);
        }
    }

    private static void countRange() throws Exception {
        Stages stages = new Stages();
        Lineage rows = stages.range(0, RANGE_ROWS, 1, 1);
        rows = stages.map(rows, row -> (long) row * 3 + 1);
        rows = stages.filter(rows, row -> ((long) row & 7) != 0);
        long start = cpuNanos();
        Object count = stages.run(rows, new Action.Count(), 0);
        report("range.map.filter.count", RANGE_ROWS, cpuNanos() - start, count);
    }

    private static void writeWords(Path file) throws Exception {
        Random random = new Random(42);
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            long written = 0;
            while (written < TEXT_BYTES) {
                StringBuilder line = new StringBuilder();
                for (int word = 0; word < 10; word++) {
                    double skew = random.nextDouble();
                    line.append('w')
                            .append((int) (200_000 * skew * skew * skew * skew))
                            .append(word < 9 ? ' ' : '\n');
                }
                out.append(line);
                written += line.length();
            }
        }
    }

    private static void countWords(Path file) throws Exception {
        Stages stages = new Stages();
        List<FileSplit> splits = List.of(new FileSplit(file.toString(), 0, Files.size(file), false));
        Lineage words = stages.flatMap(
                stages.node(new Op.TextFile(splits), 1), line -> Arrays.asList(((String) line).split(" ")));
        Lineage pairs = stages.map(words, word -> Pair.of(word, 1L));
        Lineage counts = stages.aggregate(
                pairs, new HashPartitioner(8), new Aggregation.Reduce((left, right) -> (long) left + (long) right));
        long start = cpuNanos();
        stages.prepare(counts);
        long total = 0;
        for (int partition = 0; partition < 8; partition++) {
            total += (long) ((List<?>) stages.run(
                            stages.map(counts, Stages::value),
                            new Action.Reduce((left, right) -> (long) left + (long) right),
                            partition))
                    .get(0);
        }
        report("word count, words", total, cpuNanos() - start, total);
    }

    private static void report(String what, long rows, long nanos, Object result) {
        System.out.printf(
                "%s: %.1f million rows/s, %.0f ms, result %s%n", what, rows * 1e3 / nanos, nanos / 1e6, result);
    }

    /** Processor time of this thread, so that other work on the machine counts less. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
