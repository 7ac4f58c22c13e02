package dev.quiver.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The settings of one session: text by key name, read through typed keys. Immutable. */
public final class Config {
    private final Map<String, String> values;

    private Config(Map<String, String> values) {
        this.values = Collections.unmodifiableMap(new TreeMap<>(values));
    }

    public static Config empty() {
        return new Config(Map.of());
    }

    public static Config of(Map<String, String> values) {
        return new Config(values);
    }

    /** The value set, or the key's default. */
    public <T> T get(ConfigKey<T> key) {
        String text = values.get(key.name());
        return text == null ? key.defaultValue() : key.parse(text);
    }

    /** The value, if one was set. */
    public <T> Optional<T> find(ConfigKey<T> key) {
        return Optional.ofNullable(values.get(key.name())).map(key::parse);
    }

    /** This configuration with one more value. */
    public Config with(String name, String value) {
        Map<String, String> copy = new TreeMap<>(values);
        copy.put(name, value);
        return new Config(copy);
    }

    /** This configuration with one more value. */
    public <T> Config with(ConfigKey<T> key, T value) {
        return with(key.name(), key.print(value));
    }

    /** All values that were set, by name. */
    public Map<String, String> asMap() {
        return values;
    }

    /**
     * Checks every value set against the keys that exist.
     *
     * @throws ConfigException naming every unknown or malformed setting at once
     */
    public void validate(Collection<ConfigKey<?>> keys) {
        Map<String, ConfigKey<?>> byName = keys.stream()
                .collect(Collectors.toMap(ConfigKey::name, key -> key, (first, second) -> first, TreeMap::new));
        List<String> problems = new ArrayList<>();
        values.forEach((name, value) -> {
            ConfigKey<?> key = byName.get(name);
            if (key == null) {
                problems.add("unknown setting '" + name + "'" + suggestion(name, byName.keySet()));
                return;
            }
            try {
                key.parse(value);
            } catch (IllegalArgumentException malformed) {
                problems.add(malformed.getMessage());
            }
        });
        if (!problems.isEmpty()) {
            throw new ConfigException(String.join("; ", problems));
        }
    }

    private static String suggestion(String name, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
                .filter(best -> distance(name, best) <= Math.max(2, name.length() / 4))
                .map(best -> ", did you mean '" + best + "'?")
                .orElse("; docs/configuration.md lists all of them");
    }

    /** Levenshtein's edit distance, for the "did you mean" of a mistyped key. */
    private static int distance(String left, String right) {
        int[] row = new int[right.length() + 1];
        for (int column = 0; column <= right.length(); column++) {
            row[column] = column;
        }
        for (int line = 1; line <= left.length(); line++) {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column <= right.length(); column++) {
                int substituted = diagonal + (left.charAt(line - 1) == right.charAt(column - 1) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.min(substituted, Math.min(row[column], row[column - 1]) + 1);
            }
        }
        return row[right.length()];
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
