package dev.quiver.benchmarks;

import dev.quiver.QuiverException;
import dev.quiver.Session;
import dev.quiver.scheduler.pool.PoolSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Jobs of one task one after another, as a user waits for them: alone, and while a thousand other jobs run a task each that
 * does nothing but wait. In a process of its own, in sessions that have slots for all of them.
 */
final class ScaleLatency implements Workload {
    private static final int SMALL_JOBS = 5_000;
    private static final int FREE_SLOTS = 2;
    private static final long MOST_MINUTES = 5;

    /** What the tasks of the other jobs wait for. They run in this process, so no lambda need carry it. */
    private static volatile Gate gate;

    private record Gate(CountDownLatch reached, CountDownLatch open) {
        static boolean pass(long row) throws InterruptedException {
            gate.reached.countDown();
            gate.open.await();
            return true;
        }
    }

    @Override
    public Outcome run(Session unused, Sizes sizes) throws Exception {
        OwnProcess.Answer answer = OwnProcess.of(ScaleLatency.class, List.of(Long.toString(sizes.rows(1_000))));
        String[] checkAndFigures = answer.line().split(" ", 2);
        return new Outcome(checkAndFigures[0], -1, checkAndFigures[1]);
    }

    /** The process: a session for each order of jobs. Prints how many small jobs have ended, and the figures. */
    public static void main(String[] others) throws Exception {
        int count = Integer.parseInt(others[0]);
        long ended = 0;
        List<String> figures = new ArrayList<>();
        for (String mode : new String[] {"FIFO", "FAIR"}) {
            try (Session session = Session.builder()
                    .appName("scale-latency")
                    .master("local[" + (count + FREE_SLOTS) + "]")
                    .config(PoolSettings.MODE, mode)
                    .create()) {
                smallJobs(session, SMALL_JOBS);
                Histogram idle = smallJobs(session, SMALL_JOBS);
                Histogram beside = besideOthers(session, count, SMALL_JOBS);
                ended += idle.getTotalCount() + beside.getTotalCount();
                figures.add(figures(mode.toLowerCase(Locale.ROOT), idle, beside));
            }
        }
        System.out.println(ended + " " + String.join(" ", figures));
    }

    /** So many small jobs, after so many others each have a task that runs; those end when the small ones have. */
    static Histogram besideOthers(Session session, int others, int jobs) throws Exception {
        Gate closed = new Gate(new CountDownLatch(others), new CountDownLatch(1));
        gate = closed;
        ExecutorService users = Executors.newFixedThreadPool(Math.max(1, others));
        try {
            for (int job = 0; job < others; job++) {
                String pool = "pool-" + job;
                users.execute(() -> session.withPool(
                        pool, () -> session.range(0, 1, 1, 1).filter(Gate::pass).count()));
            }
            if (!closed.reached.await(MOST_MINUTES, TimeUnit.MINUTES)) {
                throw new QuiverException(closed.reached.getCount() + " of " + others + " jobs did not begin within "
                        + MOST_MINUTES + " minutes");
            }
            return smallJobs(session, jobs);
        } finally {
            closed.open.countDown();
            users.shutdown();
            users.awaitTermination(MOST_MINUTES, TimeUnit.MINUTES);
        }
    }

    private static Histogram smallJobs(Session session, int jobs) {
        Histogram nanos = new Histogram(3);
        for (int job = 0; job < jobs; job++) {
            long start = System.nanoTime();
            session.range(0, 1, 1, 1).count();
            nanos.recordValue(System.nanoTime() - start);
        }
        return nanos;
    }

    private static String figures(String mode, Histogram idle, Histogram beside) {
        return String.format(
                Locale.ROOT,
                "%sidlep50us=%.1f %sidlep99us=%.1f %sbesidep50us=%.1f %sbesidep99us=%.1f",
                mode,
                idle.getValueAtPercentile(50) / 1e3,
                mode,
                idle.getValueAtPercentile(99) / 1e3,
                mode,
                beside.getValueAtPercentile(50) / 1e3,
                mode,
                beside.getValueAtPercentile(99) / 1e3);
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return Integer.toString(4 * SMALL_JOBS);
    }
}
