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
import dev.quiver.scheduler.allocate.AllocationSettings;
import dev.quiver.scheduler.backend.ClusterManager;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Runs the masters of the cluster managers that are installed: their executors register with a driver in this process. */
public final class ManagedClusterProvider implements EngineProvider {
    private final ClusterManagers managers;

    /** With the managers on the class path. */
    public ManagedClusterProvider() {
        this(ClusterManagers.installed());
    }

    ManagedClusterProvider(ClusterManagers managers) {
        this.managers = managers;
    }

    @Override
    public boolean accepts(String master) {
        return managers.accepting(master).isPresent();
    }

    @Override
    public String forms() {
        return managers.all().stream().map(ClusterManager::forms).collect(Collectors.joining(", "));
    }

    @Override
    public void check(String master) {
        managers.accepting(master).orElseThrow().check(master);
    }

    @Override
    public boolean sharesClassPath() {
        return false;
    }

    @Override
    public Collection<ConfigKey<?>> keys() {
        List<ConfigKey<?>> keys = new ArrayList<>(AllKeys.list());
        managers.all().forEach(manager -> keys.addAll(manager.keys()));
        return keys;
    }

    @Override
    public Engine start(String master, Config config) {
        check(master);
        ChaosSettings.requireOff(config, master);
        Bytes heap = config.get(ProcessSettings.EXECUTOR_MEMORY);
        ReservedHeap.requireRoom(config, heap);
        ClusterShape shape = new ClusterShape(executors(config), config.get(ProcessSettings.EXECUTOR_CORES), heap);
        return Driver.onCluster(config, shape, managers.accepting(master).orElseThrow(), master);
    }

    /** How many executors to begin with. */
    private static int executors(Config config) {
        AllocationSettings allocation = AllocationSettings.of(config);
        return allocation.enabled()
                ? Math.max(allocation.least(), allocation.initial())
                : config.get(ProcessSettings.EXECUTOR_INSTANCES);
    }
}
