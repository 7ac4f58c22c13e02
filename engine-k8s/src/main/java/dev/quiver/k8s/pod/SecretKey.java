package dev.quiver.k8s.pod;

import dev.quiver.UsageException;
import dev.quiver.config.ConfigKey;
import java.util.LinkedHashMap;
import java.util.Map;

/** One entry of a secret. */
record SecretKey(String secret, String key) {
    /**
     * Reads values of the form {@code secret:key}.
     *
     * @throws UsageException naming the setting
     */
    static Map<String, SecretKey> pairs(ConfigKey<String> setting, Map<String, String> texts) {
        Map<String, SecretKey> keys = new LinkedHashMap<>();
        texts.forEach((name, text) -> {
            int colon = text.indexOf(':');
            if (colon <= 0 || colon == text.length() - 1) {
                throw new UsageException(setting.name() + ": '" + text + "' is not of the form secret:key");
            }
            keys.put(name, new SecretKey(text.substring(0, colon), text.substring(colon + 1)));
        });
        return keys;
    }
}
