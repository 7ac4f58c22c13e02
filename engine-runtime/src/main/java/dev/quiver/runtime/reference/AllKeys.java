package dev.quiver.runtime.reference;

import dev.quiver.SessionConfig;
import dev.quiver.block.BlockSettings;
import dev.quiver.block.broadcast.BroadcastSettings;
import dev.quiver.block.folder.LocalFolders;
import dev.quiver.block.memory.ReservedHeap;
import dev.quiver.config.ConfigKey;
import dev.quiver.runtime.chaos.ChaosSettings;
import dev.quiver.runtime.driver.DriverSettings;
import dev.quiver.runtime.eventlog.EventLog;
import dev.quiver.runtime.executor.ExecutorSettings;
import dev.quiver.runtime.executor.StreamWorkers;
import dev.quiver.runtime.process.ProcessSettings;
import dev.quiver.runtime.progress.ConsoleProgress;
import dev.quiver.scheduler.SchedulerSettings;
import dev.quiver.shuffle.ShuffleSettings;
import dev.quiver.shuffle.checkpoint.CheckpointFiles;
import dev.quiver.shuffle.compress.CompressionSettings;
import dev.quiver.shuffle.format.SegmentOptions;
import dev.quiver.shuffle.reader.ReadAheadSettings;
import dev.quiver.shuffle.reader.SameHost;
import dev.quiver.shuffle.storage.StorageSettings;
import java.util.ArrayList;
import java.util.List;

/** Every setting the engine reads, wherever it is declared. */
public final class AllKeys {
    private AllKeys() {}

    /** The settings of all modules, the API's own included. */
    public static List<ConfigKey<?>> list() {
        List<ConfigKey<?>> keys = new ArrayList<>(SessionConfig.keys());
        keys.addAll(DriverSettings.keys());
        keys.addAll(ExecutorSettings.keys());
        keys.addAll(StreamWorkers.keys());
        keys.addAll(ProcessSettings.keys());
        keys.addAll(SchedulerSettings.keys());
        keys.addAll(ShuffleSettings.keys());
        keys.addAll(CompressionSettings.keys());
        keys.addAll(SegmentOptions.keys());
        keys.addAll(SameHost.keys());
        keys.addAll(StorageSettings.keys());
        keys.addAll(ReadAheadSettings.keys());
        keys.addAll(CheckpointFiles.keys());
        keys.addAll(BlockSettings.keys());
        keys.add(LocalFolders.REST);
        keys.addAll(BroadcastSettings.keys());
        keys.addAll(ChaosSettings.keys());
        keys.add(ReservedHeap.SIZE);
        keys.add(ConsoleProgress.SHOW);
        keys.addAll(EventLog.keys());
        return List.copyOf(keys);
    }
}
