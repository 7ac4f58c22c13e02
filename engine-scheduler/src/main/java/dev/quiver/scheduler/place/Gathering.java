package dev.quiver.scheduler.place;

import dev.quiver.scheduler.executor.Executor;
import dev.quiver.scheduler.executor.Executors;
import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.scheduler.task.TaskSets;
import dev.quiver.task.TaskRange;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts all tasks of a barrier stage at once, or none. While the first such set waits for slots that executors have, though
 * they are busy, nothing else begins: it waits for no longer than what runs now. One that needs more slots than there are
 * holds up nobody.
 */
final class Gathering {
    private final TaskSets sets;
    private final Executors executors;

    Gathering(TaskSets sets, Executors executors) {
        this.sets = sets;
        this.executors = executors;
    }

    /** Places what can be. @return whether nothing else may begin now */
    boolean place(List<Launch> launches) {
        for (TaskSet set : sets.gathering()) {
            int tasks = set.queue().count();
            if (tasks == 0 || tasks > executors.openSlots()) {
                continue;
            }
            if (tasks < set.unfinishedCount() || freeSlots() < tasks) {
                return true;
            }
            launch(set, launches);
        }
        return false;
    }

    private int freeSlots() {
        int free = 0;
        for (Executor executor : executors.all()) {
            free += executors.takesTasks(executor.id()) ? executor.freeSlots() : 0;
        }
        return free;
    }

    /** Near their data as far as that goes; there are slots for all. */
    private void launch(TaskSet set, List<Launch> launches) {
        for (boolean near : new boolean[] {true, false}) {
            for (Executor executor : new ArrayList<>(executors.all())) {
                int room = executors.takesTasks(executor.id())
                        ? Math.min(executor.freeSlots(), set.queue().count())
                        : 0;
                if (room > 0 && (!near || set.queue().hasNear())) {
                    List<TaskRange> ranges = near
                            ? set.queue().takeNear(executor, room)
                            : set.queue().takeAny(executor, room);
                    int taken = ranges.stream().mapToInt(TaskRange::size).sum();
                    if (taken > 0) {
                        executor.hold(taken);
                        launches.add(new Launch(executor, set, ranges));
                    }
                }
            }
        }
    }
}
