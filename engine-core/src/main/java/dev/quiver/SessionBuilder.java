package dev.quiver;

import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import dev.quiver.engine.Engine;
import dev.quiver.engine.EngineProvider;
import dev.quiver.lineage.CallSite;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Collects the settings of a session. What is set here wins over what a launcher set, which wins over the defaults. Not
 * safe for use by many threads.
 */
public final class SessionBuilder {
    private final Map<String, String> values = new TreeMap<>(SessionDefaults.values());

    SessionBuilder() {}

    /** Names the application; by default it is called after the class that builds the session. */
    public SessionBuilder appName(String name) {
        return config(SessionConfig.APP_NAME, name);
    }

    /** Where tasks run: {@code local[*]} (the default), {@code local[4]}, {@code local-cluster[2,1,512]}, … */
    public SessionBuilder master(String master) {
        return config(SessionConfig.MASTER, master);
    }

    /** Sets one setting by its full name, {@code quiver.…}. */
    public SessionBuilder config(String key, String value) {
        if (key == null || value == null) {
            throw new UsageException("a setting needs a name and a value, not " + key + " = " + value);
        }
        values.put(key, value);
        return this;
    }

    /** Sets many settings by their full names. */
    public SessionBuilder config(Map<String, String> settings) {
        settings.forEach(this::config);
        return this;
    }

    /** Sets one setting. */
    public <T> SessionBuilder config(ConfigKey<T> key, T value) {
        return config(key.name(), key.print(value));
    }

    /** The session of this process; a new one when there is none. The settings only matter to a new one. */
    public Session getOrCreate() {
        return Session.getOrOpen(this, CallSite.of("getOrCreate"));
    }

    /**
     * A new session.
     *
     * @throws UsageException when this process has one that is open, or a setting or the master is wrong
     */
    public Session create() {
        return Session.open(this, CallSite.of("create"));
    }

    Map<String, String> values() {
        return values;
    }

    Engine start(CallSite site) {
        Config config = Config.of(values);
        String master = config.get(SessionConfig.MASTER).trim();
        List<EngineProvider> providers = EngineProviders.find();
        EngineProvider provider = EngineProviders.accepting(master, providers);
        provider.check(master);
        List<ConfigKey<?>> keys = new ArrayList<>(SessionConfig.keys());
        keys.addAll(provider.keys());
        config.validate(keys);
        if (config.get(SessionConfig.APP_NAME).isBlank()) {
            config = config.with(SessionConfig.APP_NAME, callingClass(site));
        }
        return provider.start(master, config.with(SessionConfig.MASTER, master));
    }

    private static String callingClass(CallSite site) {
        int dot = site.location().indexOf('.');
        return dot > 0 ? site.location().substring(0, dot) : "application";
    }
}
