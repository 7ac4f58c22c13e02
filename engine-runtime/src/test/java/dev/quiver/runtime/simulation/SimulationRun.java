package dev.quiver.runtime.simulation;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Many seeds, until one fails: then its seed, the fewest of its faults that show the failure, and what happened last. Each
 * seed runs twice and must do the same.
 *
 * <p>Arguments: the first seed, and how many; {@code once} for one run of each, and no search for fewest faults; {@code two}
 * for two threads, {@code all} to go on behind a seed that fails.
 */
public final class SimulationRun {
    private static final int LINES = Integer.getInteger("quiver.simulation.lines", 60);

    private static final int PROGRESS = 5_000;

    private final boolean once;
    private final boolean all;
    private final long end;
    private final AtomicLong next;
    private final Map<String, Long> sums = new TreeMap<>();
    private final Map<Long, String> failures = new TreeMap<>();
    private long events;
    private long clean;

    private SimulationRun(long first, long count, Set<String> options) {
        next = new AtomicLong(first);
        end = first + count;
        once = options.contains("once");
        all = options.contains("all");
    }

    public static void main(String[] arguments) throws InterruptedException {
        long first = Long.parseLong(arguments[0]);
        long count = Long.parseLong(arguments[1]);
        Set<String> options =
                Set.of(List.of(arguments).subList(2, arguments.length).toArray(String[]::new));
        SimulationRun run = new SimulationRun(first, count, options);
        Thread other = new Thread(run::work);
        if (options.contains("two")) {
            other.start();
        }
        run.work();
        other.join();
        run.failures.values().forEach(System.out::println);
        if (!run.failures.isEmpty()) {
            System.exit(1);
        }
        System.out.println(count + " seeds from " + first + " are clean; " + run.events + " events, " + run.sums);
    }

    /** Runs seeds until there are no more, or a lower one has failed. */
    private void work() {
        for (long seed = next.getAndIncrement(); seed < end && goesOn(); seed = next.getAndIncrement()) {
            try {
                count(once ? once(seed) : check(seed));
            } catch (AssertionError failure) {
                failed(seed, failure.getMessage());
            }
        }
    }

    private synchronized boolean goesOn() {
        return all || failures.isEmpty();
    }

    private synchronized void failed(long seed, String why) {
        failures.put(seed, why);
    }

    private synchronized void count(Simulation simulation) {
        events += simulation.trace().count();
        if (++clean % PROGRESS == 0) {
            System.out.println(clean + " seeds are clean so far");
        }
        simulation.statistics().forEach((what, often) -> sums.merge(what, (long) often, Long::sum));
    }

    private static Simulation once(long seed) {
        Simulation simulation = new Simulation(seed);
        String failure = failure(simulation);
        if (failure != null) {
            throw new AssertionError("seed " + seed + ": " + failure);
        }
        return simulation;
    }

    /** Runs a seed twice. @throws AssertionError that says all about a failure */
    static Simulation check(long seed) {
        Simulation simulation = new Simulation(seed);
        String failure = failure(simulation);
        if (failure == null) {
            Simulation again = new Simulation(seed);
            failure = failure(again);
            if (failure == null && again.trace().hash() != simulation.trace().hash()) {
                failure = "the second run does something else than the first";
            }
        }
        if (failure != null) {
            throw new AssertionError(explain(seed, failure));
        }
        return simulation;
    }

    /** What fails, or null. */
    static String failure(Simulation simulation) {
        try {
            simulation.run();
            return null;
        } catch (AssertionError | RuntimeException failure) {
            return failure instanceof AssertionError ? failure.getMessage() : trace(failure);
        }
    }

    private static String trace(Throwable failure) {
        StringBuilder text = new StringBuilder(failure.toString());
        for (StackTraceElement element : failure.getStackTrace()) {
            text.append("\n    at ").append(element);
        }
        return text.toString();
    }

    private static String explain(long seed, String failure) {
        List<Fault> all = new Scenario(seed).faults;
        List<Fault> fewest =
                MinimalFaults.of(all, faults -> failure(new Simulation(new Scenario(seed), faults, false)) != null);
        Simulation kept = new Simulation(new Scenario(seed), fewest, true);
        String again = failure(kept);
        StringBuilder text = new StringBuilder("seed " + seed + ": " + failure);
        text.append("\nwith ")
                .append(fewest.size())
                .append(" of its ")
                .append(all.size())
                .append(" faults: ");
        text.append(again);
        fewest.forEach(fault -> text.append("\n  ").append(fault));
        text.append("\nwhat happened last:");
        kept.trace().last(LINES).forEach(line -> text.append("\n  ").append(line));
        return text.toString();
    }
}
