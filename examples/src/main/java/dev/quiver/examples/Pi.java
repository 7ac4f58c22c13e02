package dev.quiver.examples;

import dev.quiver.Session;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Throws darts at a square and counts those inside the circle. The same samples and partitions give the same digits.
 * What it took from the start of the session to the result goes to standard error.
 */
public final class Pi {
    static final String USAGE = "pi [SAMPLES] [--partitions N]";

    private Pi() {}

    public static void main(String[] args) {
        Arguments arguments = new Arguments(USAGE, Set.of("--partitions"), args);
        List<String> rest = arguments.rest(0, 1);
        long samples = rest.isEmpty() ? 1_000_000 : arguments.number("SAMPLES", rest.get(0), 1, Long.MAX_VALUE);
        int wanted = arguments.count("--partitions", 0, 1);

        long start = System.nanoTime();
        try (Session session = Session.builder().appName("pi").getOrCreate()) {
            int partitions = wanted > 0 ? wanted : session.defaultParallelism();
            double pi = estimate(session, samples, partitions);
            Duration time = Duration.ofNanos(System.nanoTime() - start);
            System.out.printf(Locale.ROOT, "pi is about %.6f (%d samples, %d partitions)%n", pi, samples, partitions);
            System.err.printf(Locale.ROOT, "%.3f s from session start to result%n", time.toMillis() / 1000.0);
        }
    }

    static double estimate(Session session, long samples, int partitions) {
        long inside = session.range(0, partitions, 1, partitions)
                .map(part -> inside(part, share(samples, partitions, part)))
                .reduce(Long::sum);
        return 4.0 * inside / samples;
    }

    /** How many of the samples a part throws; the parts add up to all of them. */
    static long share(long samples, int parts, long part) {
        return samples / parts + (part < samples % parts ? 1 : 0);
    }

    static long inside(long seed, long samples) {
        SplittableRandom random = new SplittableRandom(seed);
        long inside = 0;
        for (long sample = 0; sample < samples; sample++) {
            double x = random.nextDouble();
            double y = random.nextDouble();
            if (x * x + y * y < 1) {
                inside++;
            }
        }
        return inside;
    }
}
