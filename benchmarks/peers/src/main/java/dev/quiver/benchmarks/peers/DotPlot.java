package dev.quiver.benchmarks.peers;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Dots on a logarithmic axis, a row for each workload and a colour for each engine, as an SVG picture. */
final class DotPlot {
    private static final int LEFT = 110;
    private static final int RIGHT = 30;
    private static final int TOP = 70;
    private static final int ROW = 26;
    private static final int WIDTH = 820;
    private static final Map<String, String> COLOURS = Map.of(
            "quiver", "#111111",
            "spark-rdd", "#d95f02",
            "spark-sql", "#e6ab02",
            "duckdb", "#1b9e77",
            "duckdb-table", "#66a61e",
            "streams", "#7570b3",
            "hand", "#e7298a");

    private final String title;
    private final Double line;
    private final Map<String, Map<String, Double>> rows = new LinkedHashMap<>();

    /** @param line where a line is drawn from top to bottom, or null */
    DotPlot(String title, Double line) {
        this.title = title;
        this.line = line;
    }

    void row(String name, Map<String, Double> points) {
        if (!points.isEmpty()) {
            rows.put(name, points);
        }
    }

    String svg() {
        double least = values().stream().mapToDouble(value -> value).min().orElse(1);
        double most = values().stream().mapToDouble(value -> value).max().orElse(10);
        int low = (int) Math.floor(Math.log10(least));
        int high = (int) Math.ceil(Math.log10(most) + 1e-9);
        int height = TOP + rows.size() * ROW + 40;
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif'"
                        + " font-size='12'>%n<rect width='100%%' height='100%%' fill='white'/>%n"
                        + "<text x='10' y='20' font-size='14'>%s</text>%n",
                WIDTH, height, title));
        legend(svg);
        for (int power = low; power <= high; power++) {
            double at = x(Math.pow(10, power), low, high);
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1='%.1f' y1='%d' x2='%.1f' y2='%d' stroke='#dddddd'/>%n"
                            + "<text x='%.1f' y='%d' text-anchor='middle' fill='#555555'>%s</text>%n",
                    at, TOP - 8, at, height - 34, at, height - 16, label(power)));
        }
        if (line != null) {
            double at = x(line, low, high);
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1='%.1f' y1='%d' x2='%.1f' y2='%d' stroke='#111111' stroke-width='1.5'/>%n",
                    at, TOP - 8, at, height - 34));
        }
        int row = 0;
        for (Map.Entry<String, Map<String, Double>> entry : rows.entrySet()) {
            int y = TOP + row++ * ROW + ROW / 2;
            svg.append(String.format(
                    Locale.ROOT, "<text x='%d' y='%d' text-anchor='end'>%s</text>%n", LEFT - 12, y + 4, entry.getKey()));
            entry.getValue()
                    .forEach((engine, value) -> svg.append(String.format(
                            Locale.ROOT,
                            "<circle cx='%.1f' cy='%d' r='5' fill='%s' fill-opacity='0.85'>"
                                    + "<title>%s %s: %.2f</title></circle>%n",
                            x(value, low, high), y, colour(engine), entry.getKey(), engine, value)));
        }
        return svg.append("</svg>\n").toString();
    }

    private void legend(StringBuilder svg) {
        Set<String> engines = new LinkedHashSet<>();
        rows.values().forEach(points -> engines.addAll(points.keySet()));
        int x = LEFT;
        for (String engine : engines) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<circle cx='%d' cy='42' r='5' fill='%s'/><text x='%d' y='46'>%s</text>%n",
                    x, colour(engine), x + 10, engine));
            x += 26 + engine.length() * 7;
        }
    }

    private List<Double> values() {
        return rows.values().stream()
                .flatMap(points -> points.values().stream())
                .toList();
    }

    private static double x(double value, int low, int high) {
        return LEFT + (Math.log10(value) - low) / (high - low) * (WIDTH - LEFT - RIGHT);
    }

    private static String label(int power) {
        return power < 0 ? String.format(Locale.ROOT, "%." + -power + "f", Math.pow(10, power)) : "1" + "0".repeat(power);
    }

    private static String colour(String engine) {
        return COLOURS.getOrDefault(engine, "#999999");
    }
}
