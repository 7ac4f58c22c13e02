package dev.quiver.k8s;

import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.backend.ClusterBackend;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes down what a backend tells its driver. */
final class Told implements ClusterBackend.Events {
    final List<String> ended = new CopyOnWriteArrayList<>();
    final List<String> waiting = new CopyOnWriteArrayList<>();
    final List<String> gaveUp = new CopyOnWriteArrayList<>();

    @Override
    public void onExecutorEnded(ExecutorId executor, String reason, boolean causedByTask) {
        ended.add(executor + (causedByTask ? " by a task: " : ": ") + reason);
    }

    @Override
    public void onExecutorLeaving(ExecutorId executor, String reason) {
        waiting.add(executor + " leaves: " + reason);
    }

    @Override
    public void onWaiting(String reason) {
        waiting.add(reason);
    }

    @Override
    public void onGaveUp(String reason) {
        gaveUp.add(reason);
    }
}
