package dev.quiver.scheduler;

import dev.quiver.scheduler.dag.DagScheduler;
import dev.quiver.scheduler.dag.TaskEnds;
import dev.quiver.scheduler.place.Launch;
import dev.quiver.scheduler.place.Placement;
import dev.quiver.scheduler.port.TaskLauncher;
import dev.quiver.scheduler.task.Assignment;
import dev.quiver.scheduler.task.TaskSet;

/** Sends out what was placed. The jobs of a stage whose tasks cannot be launched fail, and nothing else does. */
final class Launching {
    private final Placement placement;
    private final TaskLauncher launcher;
    private final TaskEnds taskEnds;
    private final DagScheduler dag;

    Launching(Placement placement, TaskLauncher launcher, TaskEnds taskEnds, DagScheduler dag) {
        this.placement = placement;
        this.launcher = launcher;
        this.taskEnds = taskEnds;
        this.dag = dag;
    }

    /** Fills free slots as far as there are tasks. False when some could not be launched: then slots are free again. */
    boolean round() {
        boolean all = true;
        for (Launch launch : placement.round()) {
            all &= launch(launch);
        }
        return all;
    }

    private boolean launch(Launch launch) {
        TaskSet set = launch.set();
        try {
            if (!set.isRetired()) {
                Assignment what = set.assignment();
                launcher.launch(launch.executor().id(), what.attempt(), what.plan(), what.layout(), launch.ranges());
                return true;
            }
        } catch (RuntimeException failure) {
            dag.jobs().failAllOf(set.attempt(), "could not be launched: " + failure);
        }
        taskEnds.notLaunched(set, launch.executor(), launch.ranges());
        placement.touch(launch.executor());
        return false;
    }
}
