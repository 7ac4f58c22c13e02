package dev.quiver.benchmarks;

import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.Session;
import dev.quiver.function.ReduceFunction;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The same work over the same rows in four forms: pairs of longs, records, text as keys, and keys of which some come far
 * more often than others. The rows are cached before; the line tells the seconds of each form, and how many times as long
 * as that of the longs the worst took.
 */
abstract class Forms implements Workload {
    private final Map<String, Form<?, ?>> forms = new LinkedHashMap<>();

    /**
     * The rows in one form.
     *
     * @param merge     of two values
     * @param dimension a number for each key
     */
    record Form<K, V>(Keyed<K, V> rows, ReduceFunction<V> merge, Keyed<K, Long> dimension) {}

    /** Does the work over one form, and says what must be equal for those with equally many rows a key. */
    abstract <K, V> long work(Form<K, V> form, int partitions);

    /** How many keys there are usually. */
    long usualKeys() {
        return 1_000_000;
    }

    @Override
    public void prepare(Session session, Sizes sizes) {
        long rows = sizes.rows(5_000_000);
        long keys = sizes.keys(usualKeys());
        int parts = sizes.partitions(8);
        forms.put(
                "long",
                new Form<>(
                        session.range(0, rows, 1, parts).mapToPair(x -> Pair.of(Mix.key(x, keys), x)),
                        Long::sum,
                        session.range(0, keys, 1, parts).mapToPair(x -> Pair.of(x, x * 7))));
        forms.put(
                "record",
                new Form<>(
                        session.range(0, rows, 1, parts)
                                .map(x -> new Trade(x, (int) Mix.key(x, keys), x * 0.25, (int) (x & 7)))
                                .keyBy(Trade::symbol),
                        Trade::plus,
                        session.range(0, keys, 1, parts).mapToPair(x -> Pair.of((int) (long) x, x * 7))));
        forms.put(
                "text",
                new Form<>(
                        session.range(0, rows, 1, parts).mapToPair(x -> Pair.of("key-" + Mix.key(x, keys), x)),
                        Long::sum,
                        session.range(0, keys, 1, parts).mapToPair(x -> Pair.of("key-" + x, x * 7))));
        forms.put(
                "skewed",
                new Form<>(
                        session.range(0, rows, 1, parts).mapToPair(x -> Pair.of(Zipf.key(x, keys), x)),
                        Long::sum,
                        session.range(0, keys, 1, parts).mapToPair(x -> Pair.of(x, x * 7))));
        forms.values().forEach(form -> {
            form.rows().cache();
            form.dimension().cache();
            form.rows().rows().count();
            form.dimension().rows().count();
        });
    }

    @Override
    public Outcome run(Session session, Sizes sizes) {
        int parts = sizes.partitions(8);
        StringBuilder checks = new StringBuilder();
        StringBuilder extra = new StringBuilder();
        double first = 0;
        double worst = 0;
        for (Map.Entry<String, Form<?, ?>> form : forms.entrySet()) {
            long start = System.nanoTime();
            long check = work(form.getValue(), parts);
            double seconds = (System.nanoTime() - start) / 1e9;
            first = first == 0 ? seconds : first;
            worst = Math.max(worst, seconds / first);
            checks.append(checks.length() == 0 ? "" : ",").append(check);
            extra.append(String.format(Locale.ROOT, "%s=%.3f ", form.getKey(), seconds));
        }
        return new Outcome(checks.toString(), -1, extra + String.format(Locale.ROOT, "worst=%.1fx", worst));
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return null;
    }
}
