package dev.quiver.runtime.reference;

import dev.quiver.config.ConfigKey;
import java.util.Collection;
import java.util.TreeMap;

/** The reference of all settings, as Markdown, made from the keys themselves. */
public final class ConfigurationPage {
    private ConfigurationPage() {}

    /** The page of what every master has, sorted by name. */
    public static String render(Collection<ConfigKey<?>> keys) {
        return render(
                "Settings",
                "Those that only Kubernetes has are on [a page of their own](kubernetes-settings.md).",
                keys);
    }

    /** A page of some of them, sorted by name. */
    public static String render(String title, String about, Collection<ConfigKey<?>> keys) {
        StringBuilder page = new StringBuilder();
        page.append("# ")
                .append(title)
                .append("\n\nGenerated from the keys in the code; do not edit. Set one with `--conf name=value`, in a")
                .append(" properties file, or with `Session.builder().config(name, value)`: code wins over flags,")
                .append(" flags over the file, the file over the default. Unknown and malformed settings are refused")
                .append(" when the session starts, all at once.\n\n")
                .append("Sizes are written `64k`, `512m`, `2g`; durations `200ms`, `10s`, `5m`. ")
                .append(about)
                .append("\n\n")
                .append("| setting | type | default | effect |\n|---|---|---|---|\n");
        TreeMap<String, ConfigKey<?>> sorted = new TreeMap<>();
        keys.forEach(key -> sorted.put(key.name(), key));
        sorted.values().forEach(key -> page.append(row(key)));
        return page.toString();
    }

    private static String row(ConfigKey<?> key) {
        String fallback = key.defaultText().isEmpty() ? "" : "`" + key.defaultText() + "`";
        String rule = key.rule().isEmpty() ? "" : " Must " + key.rule() + ".";
        return "| `" + key.name() + "` | " + key.type() + " | " + fallback + " | " + escape(key.doc() + rule) + " |\n";
    }

    private static String escape(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }
}
