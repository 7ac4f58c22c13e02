package dev.quiver.runtime.simulation;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Many seeds, one after the other, until one fails: then its seed, the fewest of its faults that show the failure, and what
 * happened last. Each seed runs twice and must do the same.
 *
 * <p>Arguments: the first seed, and how many; {@code once} for one run of each, and no search for fewest faults.
 */
public final class SimulationRun {
    private static final int LINES = 60;

    private SimulationRun() {}

    public static void main(String[] arguments) {
        long first = Long.parseLong(arguments[0]);
        long count = Long.parseLong(arguments[1]);
        Map<String, Long> sums = new TreeMap<>();
        long events = 0;
        for (long seed = first; seed < first + count; seed++) {
            try {
                Simulation simulation = arguments.length > 2 ? once(seed) : check(seed);
                events += simulation.trace().count();
                simulation.statistics().forEach((what, often) -> sums.merge(what, (long) often, Long::sum));
            } catch (AssertionError failure) {
                System.out.println(failure.getMessage());
                System.exit(1);
            }
        }
        System.out.println(count + " seeds from " + first + " are clean; " + events + " events, " + sums);
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
