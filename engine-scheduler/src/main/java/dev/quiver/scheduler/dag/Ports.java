package dev.quiver.scheduler.dag;

import dev.quiver.id.StageId;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.scheduler.SchedulerSettings;
import dev.quiver.scheduler.port.CachedPartitions;
import dev.quiver.scheduler.port.MapOutputs;
import dev.quiver.scheduler.port.TaskLauncher;
import dev.quiver.scheduler.task.Patience;
import dev.quiver.time.Clock;
import dev.quiver.time.Timer;

/** The outside world, as far as running stages needs it. */
public record Ports(
        SchedulerSettings settings,
        Clock clock,
        Timer<SchedulerEvent> timer,
        TaskLauncher launcher,
        MapOutputs outputs,
        CachedPartitions cached,
        Watch watch) {
    Patience patience(StageId stage) {
        return new Patience(clock, timer, settings.localityWait(), stage);
    }
}
