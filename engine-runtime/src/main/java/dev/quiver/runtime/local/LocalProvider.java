package dev.quiver.runtime.local;

import dev.quiver.block.memory.NativeMemory;
import dev.quiver.block.memory.OffHeap;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import dev.quiver.engine.Engine;
import dev.quiver.engine.EngineProvider;
import dev.quiver.runtime.chaos.ChaosSettings;
import dev.quiver.runtime.driver.Driver;
import dev.quiver.runtime.reference.AllKeys;
import dev.quiver.scheduler.SchedulerSettings;
import java.util.Collection;

/** Runs {@code local[…]}: everything in this process. */
public final class LocalProvider implements EngineProvider {
    @Override
    public boolean accepts(String master) {
        return master.equals("local") || master.startsWith("local[");
    }

    @Override
    public String forms() {
        return LocalMaster.FORMS;
    }

    @Override
    public void check(String master) {
        LocalMaster.parse(master, Runtime.getRuntime().availableProcessors());
    }

    @Override
    public Collection<ConfigKey<?>> keys() {
        return AllKeys.list();
    }

    /** A task that failed in this process would most likely fail again: without another word it is tried once. */
    @Override
    public Engine start(String master, Config config) {
        LocalMaster parsed = LocalMaster.parse(master, Runtime.getRuntime().availableProcessors());
        OffHeap.requireRoom(config, NativeMemory::limitBytes);
        Config effective = config;
        if (parsed.maxFailures().isPresent()) {
            effective = config.with(
                    SchedulerSettings.TASK_MAX_FAILURES, parsed.maxFailures().getAsInt());
        } else if (config.find(SchedulerSettings.TASK_MAX_FAILURES).isEmpty()) {
            effective = config.with(SchedulerSettings.TASK_MAX_FAILURES, 1);
        }
        boolean mayFail = effective.get(SchedulerSettings.TASK_MAX_FAILURES) > 1;
        return Driver.inOneProcess(ChaosSettings.plannedInOneProcess(effective, master, mayFail), parsed.slots());
    }
}
