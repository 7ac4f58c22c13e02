package dev.quiver.scheduler.dag;

import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.exclude.ApplicationExclusions;
import dev.quiver.scheduler.executor.Executor;
import dev.quiver.scheduler.executor.Executors;
import dev.quiver.scheduler.stage.Stage;
import dev.quiver.scheduler.stage.StageGraph;
import dev.quiver.scheduler.stage.StageState;
import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.scheduler.task.TaskSets;

/**
 * How a stage attempt ends, well or not: it launches nothing more, and those of its tasks that still run are cancelled.
 */
final class StageEnds {
    private final Ports ports;
    private final StageGraph graph;
    private final TaskSets taskSets;
    private final Executors executors;
    private final ApplicationExclusions exclusions;

    StageEnds(Ports ports, StageGraph graph, TaskSets taskSets, Executors executors, ApplicationExclusions exclusions) {
        this.ports = ports;
        this.graph = graph;
        this.taskSets = taskSets;
        this.executors = executors;
        this.exclusions = exclusions;
    }

    /** Retires the running attempt of a stage, if there is one. */
    void endAttempt(Stage stage, boolean succeeded, String why) {
        endAttempt(stage, succeeded, why, true);
    }

    private void endAttempt(Stage stage, boolean succeeded, String why, boolean interrupt) {
        TaskSet set = stage.running();
        if (set == null || set.isRetired()) {
            return;
        }
        taskSets.retire(set);
        for (ExecutorId executor : set.holders()) {
            if (executors.isAlive(executor)) {
                ports.launcher().cancel(executor, set.attempt(), why, interrupt);
            }
        }
        ports.launcher().stageEnded(set.attempt());
        ports.watch().onStageEnded(set.attempt(), succeeded, why);
        if (succeeded) {
            exclusions.forget(stage.id());
            exclude(set);
        }
    }

    private void exclude(TaskSet set) {
        for (Executor executor : exclusions.succeeded(set.exclusions())) {
            taskSets.preferNoMore(executor.id());
            ports.watch().onExecutorExcluded(executor.id(), executor.host());
        }
    }

    /** Forgets a stage that no job needs. @param interrupt whether tasks that do not stop by themselves are made to */
    void retire(Stage stage, String why, boolean interrupt) {
        endAttempt(stage, false, why, interrupt);
        exclusions.forget(stage.id());
        stage.become(new StageState.Retired(), why);
        graph.remove(stage);
    }
}
