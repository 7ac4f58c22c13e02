package dev.quiver.benchmarks.peers;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/** The pictures of a suite. */
final class Pictures {
    private Pictures() {}

    /** How many times as long as Quiver each engine takes. */
    static String ratios(Results results) {
        DotPlot plot = new DotPlot("Times as long as Quiver (best warm run; to the right, Quiver is faster)", 1.0);
        results.byWorkload().forEach((workload, figures) -> {
            OptionalDouble own = figures.containsKey(Results.QUIVER)
                    ? figures.get(Results.QUIVER).best()
                    : OptionalDouble.empty();
            Map<String, Double> points = new LinkedHashMap<>();
            figures.forEach((engine, figure) -> {
                if (own.isPresent() && figure.best().isPresent() && !engine.equals(Results.QUIVER)) {
                    points.put(engine, figure.best().getAsDouble() / own.getAsDouble());
                }
            });
            plot.row(workload, points);
        });
        return plot.svg();
    }

    /** Peak memory of each process. */
    static String memory(Results results) {
        DotPlot plot = new DotPlot("Peak memory of the process, MiB", null);
        results.byWorkload().forEach((workload, figures) -> {
            Map<String, Double> points = new LinkedHashMap<>();
            figures.forEach((engine, figure) -> {
                if (figure.mebibytes > 0) {
                    points.put(engine, (double) figure.mebibytes);
                }
            });
            plot.row(workload, points);
        });
        return plot.svg();
    }
}
