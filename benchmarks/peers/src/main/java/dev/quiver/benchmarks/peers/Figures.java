package dev.quiver.benchmarks.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/** What one engine did in one workload. */
final class Figures {
    private final boolean isLatency;
    private final boolean isStartup;
    private final List<Double> cold = new ArrayList<>();
    private final List<Double> warm = new ArrayList<>();
    private final List<Double> p99 = new ArrayList<>();
    final Set<String> checks = new TreeSet<>();
    long mebibytes;
    boolean failed;

    Figures(String workload) {
        isLatency = workload.equals("latency");
        isStartup = workload.equals("startup");
    }

    /** A line, word by word: workload engine master run=N seconds=S check=C, and for latency p50us= p99us=. */
    void add(String[] words) {
        double seconds = number(words[4]);
        checks.add(words[5]);
        boolean first = words[3].equals("run=1");
        if (first) {
            cold.add(seconds);
        }
        if (!first || isStartup) {
            warm.add(isLatency ? number(words[6]) : seconds);
            if (isLatency) {
                p99.add(number(words[7]));
            }
        }
    }

    private static double number(String word) {
        return Double.parseDouble(word.substring(word.indexOf('=') + 1));
    }

    OptionalDouble best() {
        return warm.stream().mapToDouble(value -> value).min();
    }

    String warm() {
        if (failed) {
            return "failed";
        }
        if (warm.isEmpty()) {
            return "";
        }
        return isLatency
                ? String.format(Locale.ROOT, "%.0f / %.0f", median(warm), median(p99))
                : String.format(Locale.ROOT, "%.3f (%.3f)", best().getAsDouble(), median(warm));
    }

    String cold() {
        OptionalDouble best = cold.stream().mapToDouble(value -> value).min();
        return best.isEmpty() ? "" : String.format(Locale.ROOT, "%.3f", best.getAsDouble());
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
