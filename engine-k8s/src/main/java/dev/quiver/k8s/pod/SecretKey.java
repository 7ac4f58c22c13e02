package dev.quiver.k8s.pod;

import dev.quiver.UsageException;
import dev.quiver.config.ConfigKey;

/** One entry of a secret. */
record SecretKey(String secret, String key) {
    /**
     * Reads {@code secret:key}.
     *
     * @throws UsageException naming the setting
     */
    static SecretKey parse(ConfigKey<String> setting, String text) {
        int colon = text.indexOf(':');
        if (colon <= 0 || colon == text.length() - 1) {
            throw new UsageException(setting.name() + ": '" + text + "' is not of the form secret:key");
        }
        return new SecretKey(text.substring(0, colon), text.substring(colon + 1));
    }
}
