package dev.quiver.benchmarks;

import dev.quiver.QuiverException;
import dev.quiver.Session;
import dev.quiver.SessionConfig;
import dev.quiver.task.TaskMetrics;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Runs workloads one after another in one session and prints one line a run,
 * {@code workload quiver master run=N seconds=S check=C}, with more figures behind where there are any. Run 1 is the cold
 * one of its workload.
 */
public final class Bench {
    private final Session session;
    private final Sizes sizes;
    private final int runs;
    private final PrintStream out;

    Bench(Session session, Sizes sizes, int runs, PrintStream out) {
        this.session = session;
        this.sizes = sizes;
        this.runs = runs;
        this.out = out;
    }

    /**
     * {@code WORKLOAD,… [--runs N] [--data DIR] [-Dn=ROWS] [-Dkeys=KEYS] [-Dparts=PARTITIONS]
     * [-Dlevel=STORAGE_LEVEL]}. The master is the
     * session's, as a launcher sets it.
     *
     * @throws QuiverException when a check is wrong
     */
    public static void main(String[] args) throws Exception {
        BenchArguments arguments = BenchArguments.parse(args);
        try (Session session = Session.builder().appName("bench").getOrCreate()) {
            Bench bench = new Bench(session, arguments.sizes(), arguments.runs(), System.out);
            for (String name : arguments.workloads()) {
                bench.run(name);
            }
        }
        printPeakMemory();
    }

    void run(String name) throws Exception {
        Workload workload = Workloads.create(name);
        workload.prepare(session, sizes);
        String expected = workload.expectedCheck(sizes);
        long allocated = -1;
        int times = Math.max(runs, workload.leastRuns(sizes));
        for (int run = 1; run <= times; run++) {
            allocated = AllocatedMemory.bytes();
            TaskMetrics before = session.metrics();
            long start = System.nanoTime();
            Outcome outcome = workload.run(session, sizes);
            long elapsed = System.nanoTime() - start;
            String moved = MovedBytes.between(before, session.metrics());
            out.println(line(name, run, outcome.nanos() < 0 ? elapsed : outcome.nanos(), outcome, moved));
            expected = verified(name, run, outcome, expected);
            allocated = AllocatedMemory.bytes() - allocated;
        }
        if (allocated > 0) {
            System.err.printf(Locale.ROOT, "bench: the last run of %s allocated %d KiB%n", name, allocated >> 10);
        }
    }

    /** The check that the next run must give: what was expected, or what this run gave when nothing was. */
    static String verified(String name, int run, Outcome outcome, String expected) {
        if (expected == null || outcome.check().equals(expected)) {
            return outcome.check();
        }
        throw new QuiverException("run " + run + " of " + name + " is wrong: its check is " + outcome.check()
                + ", but must be " + expected + "; this is a bug of the engine, please report it");
    }

    private String line(String name, int run, long nanos, Outcome outcome, String moved) {
        String master = session.config().get(SessionConfig.MASTER);
        String extra = outcome.extra().isEmpty() ? "" : " " + outcome.extra();
        return String.format(
                Locale.ROOT,
                "%s quiver %s run=%d seconds=%.4f check=%s%s%s",
                name,
                master,
                run,
                nanos / 1e9,
                outcome.check(),
                extra,
                moved);
    }

    /** On standard error, since standard output is for the lines; silent where the system does not tell. */
    private static void printPeakMemory() throws IOException {
        long mebibytes = PeakMemory.mebibytes();
        if (mebibytes > 0) {
            System.err.println("bench: peak memory of this process " + mebibytes + " MiB");
        }
    }
}
