package dev.quiver;

import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import dev.quiver.engine.Engine;
import dev.quiver.engine.EngineProvider;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** Runs the masters {@code fake[N]}; {@code fake[0]} fails to start. */
public final class FakeEngineProvider implements EngineProvider {
    static final ConfigKey<Integer> RETRIES = ConfigKey.integer("task.maxFailures", 4).check(n -> n > 0, "be 1 or more");
    static final ConfigKey<Duration> TIMEOUT = ConfigKey.duration("network.timeout", Duration.ofSeconds(120));

    @Override
    public boolean accepts(String master) {
        return master.matches("fake\\[\\d+]|local\\[\\*]");
    }

    @Override
    public String forms() {
        return "fake[N]";
    }

    @Override
    public Collection<ConfigKey<?>> keys() {
        return List.of(RETRIES, TIMEOUT);
    }

    @Override
    public Engine start(String master, Config config) {
        int slots = master.startsWith("fake") ? Integer.parseInt(master.substring(5, master.length() - 1)) : 2;
        if (slots == 0) {
            throw new UsageException("no slots");
        }
        return new FakeEngine(slots, config);
    }
}
