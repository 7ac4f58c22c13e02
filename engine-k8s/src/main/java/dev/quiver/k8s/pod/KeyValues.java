package dev.quiver.k8s.pod;

import dev.quiver.UsageException;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads settings of the form {@code name=value,name=value}, in the order they were written. */
final class KeyValues {
    private KeyValues() {}

    /**
     * The pairs of a setting.
     *
     * @throws UsageException naming the setting and the part that is no pair, or comes twice
     */
    static Map<String, String> of(Config config, ConfigKey<String> key) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String part : config.get(key).split(",")) {
            if (part.isBlank()) {
                continue;
            }
            int equals = part.indexOf('=');
            if (equals <= 0) {
                throw new UsageException(
                        key.name() + ": '" + part.trim() + "' is not of the form name=value; separate pairs by commas");
            }
            String name = part.substring(0, equals).trim();
            if (pairs.put(name, part.substring(equals + 1).trim()) != null) {
                throw new UsageException(key.name() + ": '" + name + "' is given twice");
            }
        }
        return pairs;
    }
}
