package dev.quiver.engine;

import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.util.Collection;

/** Starts engines; found with {@link java.util.ServiceLoader}. */
public interface EngineProvider {
    /** Whether this provider runs masters of this form. */
    boolean accepts(String master);

    /** The forms it accepts, for the message about an unknown master: {@code local[N]}; empty for none. */
    String forms();

    /**
     * Looks at a master that this provider accepts, before anything starts and before settings are looked at.
     *
     * @throws dev.quiver.UsageException if it is malformed, or cannot be run
     */
    default void check(String master) {}

    /** Whether executors see the class path of this process, so that nothing on it needs to be shipped to them. */
    default boolean sharesClassPath() {
        return true;
    }

    /** Every setting this provider's engine reads. */
    Collection<ConfigKey<?>> keys();

    /**
     * Starts an engine.
     *
     * @throws dev.quiver.UsageException if the master or a setting is malformed
     */
    Engine start(String master, Config config);
}
