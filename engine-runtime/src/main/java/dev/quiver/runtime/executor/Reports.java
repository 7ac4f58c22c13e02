package dev.quiver.runtime.executor;

import dev.quiver.block.BlockUpdate;
import dev.quiver.id.StageAttempt;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.runtime.protocol.ToDriver.StageEnds;
import dev.quiver.task.TaskEnd;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Collects ended tasks and changed blocks into few messages. A report leaves at once when the slots are about to run dry
 * or enough has gathered, else after a moment. Block changes always travel before the ends of the tasks that made them.
 * Safe for use by many threads.
 */
final class Reports {
    private static final int ENOUGH = 512;
    private static final long MOMENT_MILLIS = 2;

    private final DriverLink driver;
    private final Supplier<List<BlockUpdate>> blockChanges;
    private final ScheduledExecutorService scheduler;
    private Map<StageAttempt, List<TaskEnd>> ends = new LinkedHashMap<>();
    private int gathered;
    private boolean flushScheduled;

    /** @param blockChanges what changed among the blocks since it was last asked */
    Reports(DriverLink driver, Supplier<List<BlockUpdate>> blockChanges, ScheduledExecutorService scheduler) {
        this.driver = driver;
        this.blockChanges = blockChanges;
        this.scheduler = scheduler;
    }

    /** @param urgent whether the driver should hear of it now, since a slot may fall idle */
    void ended(StageAttempt stage, TaskEnd end, boolean urgent) {
        synchronized (this) {
            ends.computeIfAbsent(stage, attempt -> new ArrayList<>()).add(end);
            gathered++;
            if (!urgent && gathered < ENOUGH) {
                scheduleFlush();
                return;
            }
        }
        flush();
    }

    private void scheduleFlush() {
        if (!flushScheduled && !scheduler.isShutdown()) {
            flushScheduled = true;
            scheduler.schedule(this::flush, MOMENT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Sends what has gathered. */
    synchronized void flush() {
        flushScheduled = false;
        List<BlockUpdate> changes = blockChanges.get();
        if (gathered == 0 && changes.isEmpty()) {
            return;
        }
        List<StageEnds> stages = new ArrayList<>(ends.size());
        ends.forEach((stage, tasks) -> stages.add(new StageEnds(stage, tasks)));
        ends = new LinkedHashMap<>();
        gathered = 0;
        driver.tell(new ToDriver.Report(stages, changes));
    }
}
