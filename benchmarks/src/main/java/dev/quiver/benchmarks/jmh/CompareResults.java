package dev.quiver.benchmarks.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Compares two JSON results of JMH: {@code CompareResults BEFORE.json AFTER.json}. One line a benchmark, with both
 * scores and their quotient; secondary figures, such as bytes allocated, beneath. A change is called one only where the
 * errors of the two do not overlap.
 */
public final class CompareResults {
    /** @param error half the width of the confidence interval; NaN when there was one iteration */
    record Score(double value, double error, String unit) {
        private boolean overlaps(Score other) {
            double room = (Double.isNaN(error) ? 0 : error) + (Double.isNaN(other.error) ? 0 : other.error);
            return Math.abs(value - other.value) <= room;
        }
    }

    private CompareResults() {}

    public static void main(String[] files) throws IOException {
        if (files.length != 2) {
            throw new IllegalArgumentException("usage: CompareResults BEFORE.json AFTER.json");
        }
        System.out.print(compare(Files.readString(Path.of(files[0])), Files.readString(Path.of(files[1]))));
    }

    static String compare(String before, String after) {
        Map<String, Score> old = scores(before);
        Map<String, Score> now = scores(after);
        StringBuilder out = new StringBuilder();
        now.forEach((name, score) -> {
            Score former = old.get(name);
            out.append(former == null ? line(name, "(new)", score) : line(name, former, score));
        });
        old.forEach((name, score) -> {
            if (!now.containsKey(name)) {
                out.append(line(name, "(gone)", score));
            }
        });
        return out.toString();
    }

    private static String line(String name, Score before, Score after) {
        String verdict = before.overlaps(after) ? "same" : "changed";
        return String.format(
                Locale.ROOT,
                "%-90s %12.3f -> %12.3f %-8s x%.3f %s%n",
                name,
                before.value,
                after.value,
                after.unit,
                after.value / before.value,
                verdict);
    }

    private static String line(String name, String what, Score score) {
        return String.format(Locale.ROOT, "%-90s %12.3f %-8s %s%n", name, score.value, score.unit, what);
    }

    private static Map<String, Score> scores(String json) {
        Map<String, Score> scores = new LinkedHashMap<>();
        for (Object each : JsonReader.array(json)) {
            Map<?, ?> result = (Map<?, ?>) each;
            String name = result.get("benchmark").toString().replaceFirst(".*\\.([^.]+\\.[^.]+)$", "$1");
            if (result.get("params") instanceof Map<?, ?> parameters) {
                name += " " + new TreeMap<>(parameters);
            }
            scores.put(name, score(result.get("primaryMetric")));
            if (result.get("secondaryMetrics") instanceof Map<?, ?> others) {
                for (Map.Entry<?, ?> other : others.entrySet()) {
                    scores.put(name + " " + other.getKey(), score(other.getValue()));
                }
            }
        }
        return scores;
    }

    private static Score score(Object metric) {
        Map<?, ?> figures = (Map<?, ?>) metric;
        return new Score(
                number(figures.get("score")),
                number(figures.get("scoreError")),
                figures.get("scoreUnit").toString());
    }

    private static double number(Object value) {
        return value instanceof Double number ? number : Double.NaN;
    }
}
