package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.stage.Action;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * Prints how long one thread needs for a range that is mapped, filtered, mapped and summed: interpreted or compiled, alone or
 * after other pipelines. Arguments: rows, {@code compiled} or {@code interpreted}, {@code alone} or {@code after}.
 */
public final class NarrowSpeed {
    private static final int ROUNDS = 6;

    private NarrowSpeed() {}

    public static void main(String[] arguments) throws Exception {
        long rows = Long.parseLong(arguments[0]);
        PipelineSettings settings =
                PipelineSettings.DEFAULTS.compileAfterRows(arguments[1].equals("compiled") ? 20_000 : Long.MAX_VALUE);
        if (arguments[2].equals("after")) {
            others(settings);
        }
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int round = 0; round < ROUNDS; round++) {
            long start = threads.getCurrentThreadCpuTime();
            long bytes = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            Object sum = narrow(rows, settings);
            long took = threads.getCurrentThreadCpuTime() - start;
            bytes = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - bytes;
            System.out.printf(
                    "narrow %s %s: %.3f s, %.2f ns/row, %.3f bytes/row, result %s%n",
                    arguments[1], arguments[2], took / 1e9, took / (double) rows, bytes / (double) rows, sum);
        }
    }

    static Object narrow(long rows, PipelineSettings settings) throws Exception {
        Stages stages = new Stages();
        stages.settings = settings;
        Lineage lineage = stages.range(0, rows, 1, 1);
        lineage = stages.map(lineage, row -> (Long) row * 3 + 1);
        lineage = stages.filter(lineage, row -> ((Long) row & 7) != 0);
        lineage = stages.map(lineage, row -> (Long) row ^ (Long) row >>> 3);
        return ((List<?>) stages.run(lineage, new Action.Reduce((left, right) -> (Long) left + (Long) right), 0))
                .get(0);
    }

    /** Twelve pipelines that leave nothing monomorphic in this JVM. */
    static void others(PipelineSettings settings) throws Exception {
        for (int round = 0; round < 3; round++) {
            Stages stages = new Stages();
            stages.settings = settings;
            Lineage range = stages.range(0, 300_000, 1, 1);
            List<Lineage> lineages = List.of(
                    stages.map(range, row -> (Long) row + 1),
                    stages.map(range, row -> (int) (long) (Long) row),
                    stages.map(range, row -> (Long) row * 0.5),
                    stages.map(range, row -> "v" + row),
                    stages.map(range, row -> Pair.of((Long) row % 10, row)),
                    stages.filter(range, row -> (Long) row % 3 == 0),
                    stages.filter(stages.map(range, row -> (Long) row % 1000), row -> (Long) row < 500),
                    stages.narrow(range, new Op.KeyBy(row -> (Long) row % 7)),
                    stages.narrow(
                            stages.narrow(range, new Op.KeyBy(row -> (Long) row % 7)),
                            new Op.MapValues(row -> (Long) row * 2)),
                    stages.flatMap(range, row -> List.of(row, row)),
                    stages.map(stages.map(range, row -> (Long) row ^ 5), row -> Long.toString((Long) row)),
                    stages.map(stages.filter(range, row -> (Long) row > 5), row -> -(Long) row));
            for (int index = 0; index < lineages.size(); index++) {
                stages.run(lineages.get(index), new Action.Count(), 0);
                int which = index;
                stages.run(
                        stages.map(lineages.get(index), row -> (long) (row.hashCode() ^ which)),
                        new Action.Reduce((left, right) -> Math.max((Long) left, (Long) right)),
                        0);
            }
        }
    }
}
