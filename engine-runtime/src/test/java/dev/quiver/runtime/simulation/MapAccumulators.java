package dev.quiver.runtime.simulation;

import dev.quiver.id.ShuffleId;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.task.MapOutput;
import dev.quiver.task.TaskEnd;
import dev.quiver.task.TaskOutcome;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/** What map tasks add to accumulators counts with the output that is accepted: only where there was none. */
final class MapAccumulators {
    private final World world;

    /** Outputs that were missing before the report under way, and have not been told since. */
    private final Map<ShuffleId, BitSet> missing = new LinkedHashMap<>();

    /** By the task that wrote it. */
    private final Map<String, MapOutput> reported = new LinkedHashMap<>();

    /** Whether the report says that outputs are lost, so that some may come and go with it. */
    private boolean loses;

    MapAccumulators(World world) {
        this.world = world;
    }

    /** The driver is about to hear a report. */
    void expect(ToDriver.Report report) {
        missing.clear();
        reported.clear();
        loses = false;
        for (ToDriver.StageEnds stage : report.ends()) {
            for (TaskEnd end : stage.ends()) {
                loses |= end.outcome() instanceof TaskOutcome.FetchFailed;
                if (end.outcome() instanceof TaskOutcome.Wrote wrote
                        && world.driver.knows(wrote.output().shuffle())) {
                    MapOutput output = wrote.output();
                    reported.put(world.written.writer(output.shuffle(), output.version()), output);
                    missing.computeIfAbsent(output.shuffle(), world.driver.code.tracker()::missing);
                }
            }
        }
    }

    /** Accumulators of a map task were told. */
    void told(String task) {
        MapOutput output = reported.get(task);
        if (output == null) {
            world.violated("task " + task + " has not reported, and what it added to accumulators is counted");
        }
        BitSet open = missing.get(output.shuffle());
        if (!open.get(output.mapPartition()) && !loses) {
            world.violated("what task " + task + " added to accumulators is counted, though its output was there");
        }
        open.clear(output.mapPartition());
    }
}
