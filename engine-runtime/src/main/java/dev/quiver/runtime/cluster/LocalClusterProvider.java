package dev.quiver.runtime.cluster;

import dev.quiver.block.memory.ReservedHeap;
import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import dev.quiver.engine.Engine;
import dev.quiver.engine.EngineProvider;
import dev.quiver.runtime.chaos.ChaosSettings;
import dev.quiver.runtime.driver.Driver;
import dev.quiver.runtime.driver.Driver.ClusterShape;
import dev.quiver.runtime.process.ProcessSettings;
import dev.quiver.runtime.reference.AllKeys;
import java.util.Collection;

/** Runs {@code local-cluster[N,C,M]}: executors as processes of this machine. */
public final class LocalClusterProvider implements EngineProvider {
    @Override
    public boolean accepts(String master) {
        return master.startsWith("local-cluster");
    }

    @Override
    public String forms() {
        return LocalClusterMaster.FORM;
    }

    @Override
    public void check(String master) {
        LocalClusterMaster.parse(master);
    }

    @Override
    public Collection<ConfigKey<?>> keys() {
        return AllKeys.list();
    }

    @Override
    public Engine start(String master, Config config) {
        LocalClusterMaster parsed = LocalClusterMaster.parse(master);
        int executors = config.find(ProcessSettings.EXECUTOR_INSTANCES).orElse(parsed.executors());
        int slots = config.find(ProcessSettings.EXECUTOR_CORES).orElse(parsed.slots());
        Bytes memory = config.find(ProcessSettings.EXECUTOR_MEMORY).orElse(parsed.memory());
        ReservedHeap.requireRoom(config, memory);
        return Driver.acrossProcesses(
                ChaosSettings.planned(config, executors), new ClusterShape(executors, slots, memory));
    }
}
