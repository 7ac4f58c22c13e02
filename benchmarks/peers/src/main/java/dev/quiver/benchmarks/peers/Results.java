package dev.quiver.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the lines of a suite say.
 *
 * @param byWorkload figures by workload and engine, in the order of the lines
 * @param facts      about machine and settings, and what failed
 * @param loads      load average before each process
 */
record Results(
        Map<String, Map<String, Figures>> byWorkload, Set<String> engines, List<String> facts, List<Double> loads) {
    static final String QUIVER = "quiver";

    static Results read(Path lines) throws IOException {
        Results results =
                new Results(new LinkedHashMap<>(), new LinkedHashSet<>(), new ArrayList<>(), new ArrayList<>());
        Files.readAllLines(lines).forEach(results::read);
        return results;
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
}
