package dev.quiver.runtime.simulation;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Something that goes wrong.
 *
 * @param atNanos when
 * @param pick    which of those it may hit
 * @param nanos   how long it lasts, where it does
 */
record Fault(long atNanos, FaultKind kind, int pick, long nanos) {
    private static final long SECOND = 1_000_000_000L;

    /** The faults of a run: some kinds only, now rare, now many. Some runs have none. */
    static List<Fault> draw(Random random, long beforeNanos, Workload workload, Set<FaultKind> all) {
        List<Fault> faults = new ArrayList<>();
        if (random.nextInt(12) == 0) {
            return faults;
        }
        Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
        int share = 1 + random.nextInt(5);
        for (FaultKind kind : all) {
            if (random.nextInt(6) < share) {
                kinds.add(kind);
            }
        }
        List<FaultKind> some = new ArrayList<>(kinds);
        int count = some.isEmpty() ? 0 : 1 + random.nextInt(random.nextInt(4) == 0 ? 80 : 25);
        for (; count > 0; count--) {
            faults.add(new Fault(
                    Math.min(beforeNanos, moment(random, beforeNanos, workload)),
                    some.get(random.nextInt(some.size())),
                    random.nextInt(1 << 20),
                    (long) (random.nextDouble() * random.nextDouble() * 20 * SECOND)));
        }
        return faults;
    }

    /** Mostly while some job runs, as far as that can be told beforehand. */
    private static long moment(Random random, long beforeNanos, Workload workload) {
        if (random.nextInt(4) == 0) {
            return (long) (random.nextDouble() * beforeNanos);
        }
        long job = workload.jobs.get(random.nextInt(workload.jobs.size())).atNanos();
        return job + (long) (random.nextDouble() * random.nextDouble() * 20 * SECOND);
    }

    void strike(World world) {
        if (!world.healed) {
            world.note("fault", kind.name());
            kind.strike(world, this);
        }
    }

    @Override
    public String toString() {
        return kind + " at " + atNanos / 1_000_000 + " ms (pick " + pick + ", for " + nanos / 1_000_000 + " ms)";
    }
}
