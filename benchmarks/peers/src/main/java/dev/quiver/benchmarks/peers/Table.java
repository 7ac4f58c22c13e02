package dev.quiver.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Turns the lines of a suite into Markdown: best and median of the warm runs, ratios to Quiver, cold runs, memory. */
public final class Table {
    private static final String QUIVER = Results.QUIVER;

    private final Map<String, Map<String, Figures>> byWorkload;
    private final Set<String> engines;
    private final List<String> facts;
    private final List<Double> loads;
    private final StringBuilder out = new StringBuilder();

    private Table(Results results) {
        this.byWorkload = results.byWorkload();
        this.engines = results.engines();
        this.facts = results.facts();
        this.loads = results.loads();
    }

    /**
     * Prints the table of a file, and draws the pictures beside it; ends with 1 when engines disagree about a check, or one
     * failed.
     */
    public static void main(String[] file) throws IOException {
        Path lines = Path.of(file[0]);
        Results results = Results.read(lines);
        Table table = new Table(results);
        boolean agreed = table.write();
        System.out.print(table.out);
        Files.writeString(lines.resolveSibling("ratios.svg"), Pictures.ratios(results));
        Files.writeString(lines.resolveSibling("memory.svg"), Pictures.memory(results));
        System.exit(agreed ? 0 : 1);
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
}
