package dev.quiver.config;

import dev.quiver.UsageException;

/** Settings that do not exist or do not parse; the message names all of them. */
public class ConfigException extends UsageException {
    private static final long serialVersionUID = 1;

    public ConfigException(String message) {
        super(message);
    }
}
