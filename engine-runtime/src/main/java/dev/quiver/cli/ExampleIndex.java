package dev.quiver.cli;

import dev.quiver.QuiverException;
import dev.quiver.UsageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The examples on a class path. Each jar lists its own in {@value #LOCATION}, one {@code name=class=description} a
 * line; empty lines and those that start with {@code #} are skipped. Workloads of the benchmarks are listed alike, in
 * {@value #BENCHMARKS}.
 */
final class ExampleIndex {
    static final String LOCATION = "META-INF/quiver/examples";
    static final String BENCHMARKS = "META-INF/quiver/benchmarks";

    private final Map<String, Example> byName;

    private ExampleIndex(Map<String, Example> byName) {
        this.byName = byName;
    }

    static ExampleIndex on(ClassLoader classPath) {
        return on(classPath, LOCATION);
    }

    static ExampleIndex on(ClassLoader classPath, String location) {
        Map<String, Example> found = new TreeMap<>();
        try {
            for (URL index : Collections.list(classPath.getResources(location))) {
                try (BufferedReader lines =
                        new BufferedReader(new InputStreamReader(index.openStream(), StandardCharsets.UTF_8))) {
                    lines.lines()
                            .map(String::strip)
                            .filter(ExampleIndex::isEntry)
                            .forEach(line -> {
                                Example example = parse(line, index);
                                found.putIfAbsent(example.name(), example);
                            });
                }
            }
        } catch (IOException unreadable) {
            throw new QuiverException("cannot read the index " + location + ": " + unreadable.getMessage(), unreadable);
        }
        return new ExampleIndex(found);
    }

    private static boolean isEntry(String line) {
        return !line.isEmpty() && !line.startsWith("#");
    }

    private static Example parse(String line, URL index) {
        String[] parts = line.split("=", 3);
        if (parts.length < 3) {
            throw new QuiverException(index + ": '" + line + "' is not name=class=description");
        }
        return new Example(parts[0].strip(), parts[1].strip(), parts[2].strip());
    }

    Collection<Example> all() {
        return byName.values();
    }

    Collection<String> names() {
        return byName.keySet();
    }

    /** @throws UsageException when there is none of that name */
    Example require(String name) {
        Example example = byName.get(name);
        if (example != null) {
            return example;
        }
        if (byName.isEmpty()) {
            throw new UsageException("there is no example '" + name + "', because no examples are installed:"
                    + " examples/quiver-examples.jar of the distribution is missing");
        }
        String near = Nearest.question(Nearest.to(name, names()));
        throw new UsageException("there is no example '" + name + "'"
                + (near.isEmpty() ? "; there are " + String.join(", ", names()) : near));
    }
}
