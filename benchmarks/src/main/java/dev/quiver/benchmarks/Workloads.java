package dev.quiver.benchmarks;

import dev.quiver.QuiverException;
import dev.quiver.UsageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The workloads by name, in the order of {@code META-INF/quiver/benchmarks}, which lists them. */
final class Workloads {
    private static final String INDEX = "/META-INF/quiver/benchmarks";

    private Workloads() {}

    /**
     * The names that a list stands for.
     *
     * @param list names separated by commas, or {@code all}
     * @throws UsageException when there is none of such a name
     */
    static List<String> named(String list) {
        List<String> all = List.copyOf(classes().keySet());
        if (list.equals("all")) {
            return all;
        }
        List<String> names = new ArrayList<>();
        for (String name : list.split(",")) {
            if (!all.contains(name.strip())) {
                throw new UsageException(
                        "there is no workload '" + name.strip() + "'; there are all, " + String.join(", ", all));
            }
            names.add(name.strip());
        }
        return names;
    }

    /** A new one. */
    static Workload create(String name) {
        String className = classes().get(name);
        try {
            return Class.forName(className)
                    .asSubclass(Workload.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException broken) {
            throw new QuiverException("the workload '" + name + "' is no " + className + ": " + broken, broken);
        }
    }

    private static Map<String, String> classes() {
        Map<String, String> classes = new LinkedHashMap<>();
        try (InputStream index = Workloads.class.getResourceAsStream(INDEX);
                BufferedReader lines = new BufferedReader(new InputStreamReader(index, StandardCharsets.UTF_8))) {
            for (String line : lines.lines().toList()) {
                String[] parts = line.split("=", 3);
                classes.put(parts[0], parts[1]);
            }
        } catch (IOException unreadable) {
            throw new QuiverException("cannot read " + INDEX + ": " + unreadable.getMessage(), unreadable);
        }
        return classes;
    }
}
