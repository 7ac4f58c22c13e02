package dev.quiver.scheduler.place;

import dev.quiver.scheduler.executor.Executor;
import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.task.TaskRange;
import java.util.List;

/** A decision: these tasks go to this executor. */
public record Launch(Executor executor, TaskSet set, List<TaskRange> ranges) {
    public Launch {
        ranges = List.copyOf(ranges);
    }
}
