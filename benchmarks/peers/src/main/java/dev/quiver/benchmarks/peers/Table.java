package dev.quiver.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Turns the lines of a suite into Markdown: best and median of the warm runs, ratios to Quiver, cold runs, memory. */
public final class Table {
    private static final String QUIVER = "quiver";

    private final Map<String, Map<String, Figures>> byWorkload = new LinkedHashMap<>();
    private final Set<String> engines = new LinkedHashSet<>();
    private final List<String> facts = new ArrayList<>();
    private final List<Double> loads = new ArrayList<>();
    private final StringBuilder out = new StringBuilder();

    private Table() {}

    /** Prints the table of a file; ends with 1 when engines disagree about a check, or one failed. */
    public static void main(String[] file) throws IOException {
        Table table = new Table();
        Files.readAllLines(Path.of(file[0])).forEach(table::read);
        boolean agreed = table.write();
        System.out.print(table.out);
        System.exit(agreed ? 0 : 1);
    }

    private void read(String line) {
        String[] words = line.split(" ");
        if (!line.startsWith("#")) {
            engines.add(words[1]);
            figures(words[0], words[1]).add(words);
        } else if (words[1].equals("memory")) {
            Figures figures = figures(words[2], words[3]);
            figures.mebibytes = Math.max(figures.mebibytes, Long.parseLong(words[4]));
        } else if (words[1].equals("load")) {
            loads.add(Double.parseDouble(words[2]));
        } else if (words[1].equals("failed")) {
            engines.add(words[3].replace(":", ""));
            figures(words[2], words[3].replace(":", "")).failed = true;
            facts.add(line.substring(2));
        } else if (!words[1].equals("round")) {
            facts.add(line.substring(2));
        }
    }

    private Figures figures(String workload, String engine) {
        return byWorkload
                .computeIfAbsent(workload, any -> new LinkedHashMap<>())
                .computeIfAbsent(engine, any -> new Figures(workload));
    }

    private boolean write() {
        facts.forEach(fact -> out.append("- ").append(fact).append('\n'));
        loads.stream().mapToDouble(load -> load).max().ifPresent(most -> out.append(
                String.format(Locale.ROOT, "- load average before a process: at most %.1f%n", most)));
        section("Warm: best (median), seconds; `latency` as p50 / p99 in us; `startup` is always cold", Figures::warm);
        ratios();
        section("Cold: the first run of a process, best of the rounds, seconds", Figures::cold);
        section("Peak memory of the process, MiB", figures -> figures.mebibytes == 0 ? "" : "" + figures.mebibytes);
        boolean agreed = true;
        for (Map.Entry<String, Map<String, Figures>> workload : byWorkload.entrySet()) {
            Set<String> checks = new TreeSet<>();
            workload.getValue().values().forEach(figures -> checks.addAll(figures.checks));
            if (checks.size() > 1) {
                out.append("\nThe engines disagree about `" + workload.getKey() + "`: " + checks + "\n");
                agreed = false;
            }
            agreed &= workload.getValue().values().stream().noneMatch(figures -> figures.failed);
        }
        return agreed;
    }

    private void section(String title, Function<Figures, String> cell) {
        out.append("\n").append(title).append(":\n\n");
        row("workload", engines);
        row("---", engines.stream().map(engine -> "---:").toList());
        byWorkload.forEach((workload, figures) -> row(
                workload,
                engines.stream()
                        .map(engine -> figures.containsKey(engine) ? cell.apply(figures.get(engine)) : "")
                        .toList()));
    }

    /** How many times as long as Quiver each takes, by the best of the warm runs. */
    private void ratios() {
        List<String> peers =
                engines.stream().filter(engine -> !engine.equals(QUIVER)).toList();
        if (!engines.contains(QUIVER) || peers.isEmpty()) {
            return;
        }
        out.append("\nTimes as long as Quiver, by the best warm run:\n\n");
        row("workload", peers);
        row("---", peers.stream().map(engine -> "---:").toList());
        Map<String, List<Double>> ofPeer = new LinkedHashMap<>();
        byWorkload.forEach((workload, figures) -> row(
                workload,
                peers.stream()
                        .map(peer -> {
                            OptionalDouble own = best(figures, QUIVER);
                            OptionalDouble other = best(figures, peer);
                            if (own.isEmpty() || other.isEmpty()) {
                                return "";
                            }
                            double ratio = other.getAsDouble() / own.getAsDouble();
                            ofPeer.computeIfAbsent(peer, any -> new ArrayList<>())
                                    .add(ratio);
                            return String.format(Locale.ROOT, "%.2f", ratio);
                        })
                        .toList()));
        row("**geometric mean**", peers.stream().map(peer -> mean(ofPeer.get(peer))).toList());
    }

    private static OptionalDouble best(Map<String, Figures> figures, String engine) {
        return figures.containsKey(engine) ? figures.get(engine).best() : OptionalDouble.empty();
    }

    private static String mean(List<Double> ratios) {
        if (ratios == null) {
            return "";
        }
        double logs = ratios.stream().mapToDouble(Math::log).average().orElse(0);
        return String.format(Locale.ROOT, "**%.2f** (of %d)", Math.exp(logs), ratios.size());
    }

    private void row(String first, Collection<String> cells) {
        out.append("| ").append(first).append(" | ").append(String.join(" | ", cells)).append(" |\n");
    }

    /** What one engine did in one workload. */
    private static final class Figures {
        private final boolean isLatency;
        private final boolean isStartup;
        private final List<Double> cold = new ArrayList<>();
        private final List<Double> warm = new ArrayList<>();
        private final List<Double> p99 = new ArrayList<>();
        private final Set<String> checks = new TreeSet<>();
        private long mebibytes;
        private boolean failed;

        private Figures(String workload) {
            isLatency = workload.equals("latency");
            isStartup = workload.equals("startup");
        }

        /** A line, word by word: workload engine master run=N seconds=S check=C, and for latency p50us= p99us=. */
        private void add(String[] words) {
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

        private OptionalDouble best() {
            return warm.stream().mapToDouble(value -> value).min();
        }

        private String warm() {
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

        private String cold() {
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
}
