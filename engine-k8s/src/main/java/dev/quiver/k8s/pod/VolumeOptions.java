package dev.quiver.k8s.pod;

import dev.quiver.UsageException;
import dev.quiver.config.Bytes;
import dev.quiver.config.ConfigKey;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a setting says of one volume: {@code type=emptyDir,path=/scratch,size=2g,readOnly}. Each option is taken once; what
 * nobody took at the end is one too many.
 */
final class VolumeOptions {
    private final ConfigKey<String> setting;
    private final String text;
    private final Map<String, String> left = new LinkedHashMap<>();

    /** @throws UsageException naming the setting, if an option comes twice */
    VolumeOptions(ConfigKey<String> setting, String text) {
        this.setting = setting;
        this.text = text.trim();
        for (String part : text.split(",")) {
            if (part.isBlank()) {
                continue;
            }
            int equals = part.indexOf('=');
            String name = equals < 0 ? part.trim() : part.substring(0, equals).trim();
            String value = equals < 0 ? "true" : part.substring(equals + 1).trim();
            if (left.put(name, value) != null) {
                throw wrong("'" + name + "' is given twice");
            }
        }
    }

    /** The value of an option, or what it is when it is not given. */
    String take(String name, String otherwise) {
        String value = left.remove(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    /** The value of an option that must be given. */
    String need(String name) {
        String value = take(name, "");
        if (value.isEmpty()) {
            throw wrong("'" + name + "=…' is missing");
        }
        return value;
    }

    /** The folder that an option names, as containers name folders. */
    String folder(String name, String otherwise) {
        String value = take(name, otherwise);
        if (!value.startsWith("/")) {
            throw wrong(
                    value.isEmpty()
                            ? "'" + name + "=/…' is missing"
                            : "'" + name + "' must begin with /, but is '" + value + "'");
        }
        return value;
    }

    boolean flag(String name) {
        String value = take(name, "false");
        if (!value.equals("true") && !value.equals("false")) {
            throw wrong("'" + name + "' is true or false, not '" + value + "'");
        }
        return value.equals("true");
    }

    /** A size, or null where none is given. */
    Bytes size() {
        String value = take("size", "");
        try {
            return value.isEmpty() ? null : Bytes.parse(value, Bytes.of(1));
        } catch (IllegalArgumentException malformed) {
            throw wrong(malformed.getMessage());
        }
    }

    /** Nobody wants more options of this volume. */
    void end() {
        if (!left.isEmpty()) {
            throw wrong("'" + left.keySet().iterator().next() + "' is no option of such a volume");
        }
    }

    UsageException wrong(String what) {
        return new UsageException(setting.name() + ": volume '" + text + "': " + what);
    }
}
